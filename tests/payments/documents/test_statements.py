"""A seller's month against the ledger, to the minor unit."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from marketplace.kernel import tables
from payments import api, postings
from payments.documents import statement_table
from payments.documents.months import Month
from payments.documents.statements import Statement, in_words, months, statement
from payments.ledger.kinds import Kind, Place
from payments.ledger.posting import credit, debit, post
from payments.models import Payout, PayoutState, Release, ReleaseState, SellerDebt
from tests.payments.scenes import NET, PRICE, SELLER_FEE, Scene, eur

pytestmark = pytest.mark.django_db

NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)


def ledger_balance(scene: Scene, until: datetime) -> int:
    """What the platform owes the seller, asked of the ledger in another way: account by account."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(e.amount_minor), 0) FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id "
            "JOIN ledger_transfer t ON t.id = e.transfer_id WHERE a.owner_id = %s AND t.effective_at < %s "
            "AND a.kind IN ('seller_clearing', 'seller_available', 'seller_debt')",
            [scene.seller.pk, until],
        )
        return int(cursor.fetchone()[0])


def of(scene: Scene, month: Month = NOVEMBER, *, at: datetime | None = None) -> Statement:
    return statement(scene.seller.pk, month, "EUR", at or month.end)


def rows(found: Statement) -> list[tuple[str, int, int]]:
    return [(row.what, row.amount.amount_minor, row.balance.amount_minor) for row in found.rows]


def busy(scene: Scene) -> None:
    """A month with everything that happens to a seller's money."""
    scene.open_account()
    first, second, third = (scene.released(f"order:{number}") for number in (1, 2, 3))
    api.undo_releases(second.charge_id, scene.at, at_most_minor=1_001)
    api.clear("order:1", scene.at + timedelta(days=1))
    first.refresh_from_db()
    assert first.state == ReleaseState.SENDING
    fees = third.fees_undone_minor(2_000)
    postings.release_owed(third, net_minor=2_000 - fees, fees_minor=fees, at=scene.at + timedelta(days=2))
    debt = SellerDebt.objects.create(
        seller=scene.seller, release=third, key="k", currency="EUR", amount_minor=2_000 - fees, created_at=scene.at
    )
    api.clear("order:2", scene.at + timedelta(days=3))
    late = scene.released("order:4")
    postings.clear(late, scene.at + timedelta(days=4))
    postings.debt_recovered(debt, late, 500, scene.at + timedelta(days=5))
    postings.debt_written_off(debt, 100, scene.at + timedelta(days=6))


def test_the_statement_is_the_ledger(scene: Scene) -> None:
    busy(scene)
    found = of(scene)
    assert found.closing.amount_minor == ledger_balance(scene, NOVEMBER.end)
    assert found.opening.amount_minor == 0
    assert found.opening.amount_minor + sum(row.amount.amount_minor for row in found.rows) == found.closing.amount_minor
    assert sum(amount.amount_minor for _what, amount in found.sums) == found.closing.amount_minor
    kinds = {row.what for row in found.rows}
    assert kinds == {
        "Order completed",
        "Taken back for the buyer",
        "Owed by you, for the buyer",
        "Sent to your payout account",
        "Kept for what you owed",
        "What you owed, paid",
        "Debt that you need not pay",
    }


def test_the_next_month_opens_where_the_last_one_closed(scene: Scene) -> None:
    busy(scene)
    scene.at = datetime(2026, 12, 5, tzinfo=UTC)
    scene.released("order:9")
    december = of(scene, DECEMBER)
    assert december.opening == of(scene).closing
    assert rows(december) == [("Order completed", NET, december.opening.amount_minor + NET)]
    assert december.closing.amount_minor == ledger_balance(scene, DECEMBER.end)


def test_a_release_shows_price_and_fee_apart(scene: Scene) -> None:
    release = scene.released()
    api.undo_releases(release.charge_id, scene.at, at_most_minor=1_000)
    earned, undone = of(scene).rows
    assert (earned.price, earned.fee, earned.amount) == (eur(PRICE), eur(SELLER_FEE), eur(NET))
    assert undone.price is not None
    assert undone.fee is not None
    assert undone.price - undone.fee == undone.amount
    release.refresh_from_db()
    assert of(scene).closing.amount_minor == release.net_minor
    assert of(scene).fees == eur(SELLER_FEE) + undone.fee


def test_a_month_is_cut_at_midnight_of_the_business(scene: Scene, settings: Any) -> None:
    settings.TIME_ZONE = "America/New_York"
    scene.at = datetime(2026, 12, 1, 4, 59, 59, tzinfo=UTC)
    scene.released("order:1")
    scene.at = datetime(2026, 12, 1, 5, 0, 0, tzinfo=UTC)
    scene.released("order:2")
    assert [row.card.code for row in of(scene).rows] == ["CODE1"]
    assert [row.card.code for row in of(scene, DECEMBER).rows] == ["CODE2"]
    listed = months(scene.seller.pk, scene.at)
    assert [(row.month, row.earned, row.closing) for row in listed] == [
        (DECEMBER, eur(NET), eur(2 * NET)),
        (NOVEMBER, eur(NET), eur(NET)),
    ]


def test_a_kind_that_nobody_named_yet_appears_by_its_name(scene: Scene) -> None:
    scene.released()
    share = Place(Kind.SELLER_CLEARING, owner_id=scene.seller.pk, reference="order:1")
    legs = debit(share, 100), credit(Place(Kind.FEE_REVENUE), 100)
    post(op_key="x", kind="parking_fee", reference="order:1", currency="EUR", legs=legs, at=scene.at)
    assert rows(of(scene))[-1] == ("Parking fee", -100, NET - 100)
    assert of(scene).closing.amount_minor == ledger_balance(scene, NOVEMBER.end)


def test_somebody_elses_money_is_not_on_it(scene: Scene) -> None:
    scene.released()
    assert statement(scene.buyer.pk, NOVEMBER, "EUR", scene.at).rows == ()
    assert months(scene.buyer.pk, scene.at) == []


def test_payouts_stand_beside_it(scene: Scene) -> None:
    account = scene.open_account()
    paid = NOVEMBER.start + timedelta(days=9)
    common = {"account": account, "currency": "EUR", "asked_at": scene.at}
    Payout.objects.create(**common, amount_minor=500, state=PayoutState.PAID, paid_at=paid)
    Payout.objects.create(**common, amount_minor=600, state=PayoutState.PAID, paid_at=DECEMBER.start)
    Payout.objects.create(**common | {"asked_at": paid}, amount_minor=700, state=PayoutState.FAILED)
    assert [(row.what, row.amount) for row in of(scene).payouts] == [
        ("Paid to your bank", eur(500)),
        ("Did not reach your bank", eur(700)),
    ]
    assert [row.amount for row in of(scene, DECEMBER).payouts] == [eur(600)]


def test_as_many_queries_for_many_orders_as_for_one(scene: Scene, django_assert_num_queries: Any) -> None:
    for number in range(15):
        scene.released(f"order:{number}")
    with django_assert_num_queries(7):
        assert len(of(scene).rows) == 15


def test_the_table_sums_to_the_closing_balance(scene: Scene) -> None:
    busy(scene)
    head, *rows = statement_table.rows_of(of(scene))
    table = [dict(zip(head, row, strict=True)) for row in rows]
    amounts = [row["Amount"] for row in table if row["Account"] == "Balance with us" and row["Amount"]]
    assert sum(int(amount.replace(".", "")) for amount in amounts) == ledger_balance(scene, NOVEMBER.end)
    assert (table[0]["What"], table[0]["Balance"]) == ("Opening balance", "0.00")
    assert (table[-1]["What"], table[-1]["Balance"]) == ("Closing balance", of(scene).closing.plain)
    assert table[1]["Order"] == "CODE1"
    assert table[1]["Day"] == "2026-11-02"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    (line,) = tables.lines([[tables.words(text)]])
    ((cell,),) = csv.reader(io.StringIO(line, newline=""))
    assert cell == f"'{text}"


@pytest.mark.parametrize("text", ["Ten descriptions", "1 = 1", "a-b", ""])
def test_other_words_stay_as_they_are(text: str) -> None:
    assert tables.words(text) == text


def test_every_posting_with_a_sellers_account_has_words() -> None:
    named = ["release", "release_undone", "release_owed", "transfer_intent", "transfer_failed", "transfer_reversed",
             "debt_recovered", "debt_settled", "debt_written_off", "manual"]  # fmt: skip
    assert all(in_words(kind) != kind.replace("_", " ").capitalize() for kind in named)
    assert Release.objects.count() == 0
