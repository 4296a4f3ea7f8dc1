"""The ledger as text: read by the programs it is for, and equal to the ledger account by account."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from marketplace.kernel.errors import InvalidInput
from payments import api
from payments.documents.export import accounts, postings
from payments.documents.export.ledger import Export
from payments.ledger.kinds import Kind, Place
from payments.ledger.posting import credit, debit, post
from payments.models import LedgerTransfer
from tests.payments.scenes import Scene

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
Balances = dict[tuple[str, str], str]


@pytest.fixture
def books(scene: Scene) -> Scene:
    """A few orders in euros, and postings in currencies without and with three decimals."""
    scene.open_account()
    for number in range(4):
        scene.released(f"order:{number}")
    api.clear("order:1", scene.at + timedelta(days=1))
    scene.refund(scene.captured("order:9"), 1_234)
    for currency, minor in (("JPY", 5), ("KWD", 1_230), ("ISK", 700)):
        legs = debit(Place(Kind.STRIPE_BALANCE), minor), credit(Place(Kind.PLATFORM_EQUITY), minor)
        post(op_key=f"x{currency}", kind="deposit", reference='=cmd|"x";(y)', currency=currency, legs=legs, at=scene.at)
    return scene


def text(format_: str, first: date = FIRST, last: date = LAST) -> str:
    return "".join(Export(first, last, format_).lines())


def of_the_ledger() -> Balances:
    """Account and currency → sum in the written form, debit positive; zeros left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.kind, a.owner_id, a.reference, e.currency, -sum(e.amount_minor) FROM ledger_entry e "
            "JOIN ledger_account a ON a.id = e.account_id GROUP BY 1, 2, 3, 4 HAVING sum(e.amount_minor) <> 0"
        )
        # A krona is a hundred of Stripe's minor units, and is written without decimals.
        places = {"EUR": 2, "JPY": 0, "KWD": 3, "ISK": 2}
        return {
            (accounts.name_of(kind, owner, reference), currency): short(written(int(minor), places[currency]), currency)
            for kind, owner, reference, currency, minor in cursor.fetchall()
        }


def written(minor: int, places: int) -> str:
    sign, digits = "-" if minor < 0 else "", str(abs(minor)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def short(amount: str, currency: str) -> str:
    return amount.removesuffix(".00") if currency == "ISK" else amount


def minor_of(amount: str) -> int:
    return int(amount.replace(".", ""))


def summed(rows: Iterator[tuple[str, str, str]]) -> Balances:
    """(account, amount, currency) rows as balances."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    places = {}
    for account, amount, currency in rows:
        sums[account, currency] += minor_of(amount)
        places[currency] = len(amount.partition(".")[2])
    return {key: written(minor, places[key[1]]) for key, minor in sums.items() if minor}


def test_csv_has_a_row_per_leg_and_the_ledgers_balances(books: Scene) -> None:
    rows = list(csv.DictReader(io.StringIO(text("csv"))))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_entry")
        assert cursor.fetchone() == (len(rows),)
    amounts = ((row["account"], row["debit"] or f"-{row['credit']}", row["currency"]) for row in rows)
    assert summed(amounts) == of_the_ledger()
    assert {row["reference"][0] for row in rows if row["kind"] == "deposit"} == {"'"}


def hledger_rows(journal: str) -> Iterator[tuple[str, str, str]]:
    """A strict reader of the part of the format that is written; each transaction must balance."""
    head = re.compile(r"20\d\d-\d\d-\d\d \* \(\d+\) [^;|]+ \| [^;|]+  ; key:\S.*, time:\d\d\.\d\d\.\d\d")
    leg = re.compile(r"    ([A-Z][\w:-]+)  (-?\d+(?:\.\d+)?) ([A-Z]{3})")
    commodity = re.compile(r"commodity 1000\.(\d*) ([A-Z]{3})")
    for block in journal.strip().split("\n\n"):
        first, *rest = block.splitlines()
        if commodity.fullmatch(first) and not rest:
            continue
        assert head.fullmatch(first), first
        found = [leg.fullmatch(line) for line in rest]
        assert all(found), block
        assert sum(minor_of(match[2]) for match in found if match) == 0
        yield from ((match[1], match[2], match[3]) for match in found if match)


def test_hledgers_journal_has_the_ledgers_balances(books: Scene) -> None:
    journal = text("hledger")
    assert summed(hledger_rows(journal)) == of_the_ledger()
    assert journal.count(" * (") == LedgerTransfer.objects.count()


@pytest.mark.skipif(not shutil.which("hledger"), reason="no hledger here; the strict reader above has read it")
def test_hledger_itself_finds_the_ledgers_balances(books: Scene, tmp_path: Path) -> None:
    file = tmp_path / "books.journal"
    file.write_text(text("hledger"))
    command = ["hledger", "-f", str(file), "balance", "--flat", "--no-total", "-O", "csv"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = {}
    for account, amounts in list(csv.reader(io.StringIO(shown)))[1:]:
        for amount in amounts.split(", "):
            value, currency = amount.split(" ")
            found[account, currency] = value
    assert found == of_the_ledger()


def bean_check(file: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("bean-check")), "--no-cache", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_beancount_finds_the_ledgers_balances(books: Scene, tmp_path: Path) -> None:
    """Every balance of the ledger as an assertion that beancount's own checker holds the export against."""
    file = tmp_path / "books.beancount"
    balances = of_the_ledger()
    checks = [
        f"2027-01-01 balance {account}  {amount} ~ 0 {currency}\n" for (account, currency), amount in balances.items()
    ]
    file.write_text(text("beancount") + "".join(checks))
    done = bean_check(file)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    # The checker does check: a cent more is found.
    account, currency = next(key for key in balances if key[1] == "EUR")
    off = written(minor_of(balances[account, currency]) + 1, 2)
    file.write_text(text("beancount") + f"2027-01-01 balance {account}  {off} ~ 0 {currency}\n")
    done = bean_check(file)
    assert "Balance failed" in done.stdout + done.stderr


def test_adjoining_periods_hold_each_posting_once(scene: Scene) -> None:
    midnight = datetime(2026, 11, 15, tzinfo=UTC)
    for number, at in enumerate((midnight - timedelta(microseconds=1), midnight)):
        scene.at = at
        scene.captured(f"order:{number}")
    parts = [text("csv", FIRST, date(2026, 11, 14)), text("csv", date(2026, 11, 15), LAST)]
    keys = [[row["reference"] for row in csv.DictReader(io.StringIO(part))] for part in parts]
    assert keys == [["order:0"] * 2, ["order:1"] * 2]


def test_it_is_read_page_by_page(books: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = text("csv")
    monkeypatch.setattr(postings, "_AT_ONCE", 3)
    assert text("csv") == whole


def test_every_kind_of_account_has_a_place_and_an_unknown_one_too() -> None:
    names = {accounts.name_of(kind, 0, "") for kind in Kind}
    assert len(names) == len(Kind)
    assert not any("Other" in name for name in names)
    assert accounts.name_of("seller_reserve", 17, "order:0a-1") == "Liabilities:Other:Seller-reserve:P17:Order-0a-1"


def test_a_period_that_runs_backwards_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        Export(LAST, FIRST, "csv")
    assert "last" in refusal.value.fields
    with pytest.raises(InvalidInput):
        Export(FIRST, LAST, "xls")


def test_the_command_writes_the_same(books: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, days = tmp_path / "out", ["--from", "2026-11-01", "--to", "2026-11-30"]
    for format_ in ("csv", "hledger", "beancount"):
        call_command("export_ledger", *days, "--format", format_, "-o", str(file))
        assert file.read_bytes().decode() == text(format_)
    assert f"{LedgerTransfer.objects.count()} transfers in {file}" in capsys.readouterr().err
    call_command("export_ledger", *days, "--format", "hledger")
    assert capsys.readouterr().out == text("hledger")
    with pytest.raises(CommandError, match="before the first"):
        call_command("export_ledger", "--from", "2026-11-30", "--to", "2026-11-01")
