"""What the bench measures is the product's own: its books agree, its postings post, its table tells what was missed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bench import copies, database, posting
from bench.__main__ import parse
from bench.goals import at_least, at_most, table
from bench.stories import Stories
from payments.ledger.balances import total_of
from payments.ledger.kinds import Kind
from payments.models import Charge, LedgerTransfer
from payments.services import books


@pytest.mark.django_db(transaction=True)
def test_copied_orders_agree_in_every_invariant() -> None:
    stories = Stories()
    for story in (stories.transferred, stories.clearing, stories.refunded, stories.held):
        story()
    assert (Charge.objects.count(), LedgerTransfer.objects.count()) == (4, 15)
    copies.multiply(3)
    assert (Charge.objects.count(), LedgerTransfer.objects.count()) == (16, 60)
    assert books.differences() == []


@pytest.mark.django_db
def test_the_posting_that_is_measured_moves_two_guarded_balances_and_a_fee(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = (Path(posting.__file__).parent / "orders.sql").read_text()
    database.run(orders.replace("100000", "10"))
    monkeypatch.setattr(posting, "_ORDERS", 10)
    before = total_of(Kind.SELLER_CLEARING, "EUR")
    posting.clear_with_fee(random.Random(1))
    fee, share = total_of(Kind.FEE_REVENUE, "EUR"), total_of(Kind.SELLER_AVAILABLE, "EUR")
    assert fee > 0
    assert fee == (fee + share) * 20 // 100
    assert before - total_of(Kind.SELLER_CLEARING, "EUR") == fee + share
    database.run("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_goal_that_was_missed_is_told() -> None:
    reached, missed = at_least("a rate", 0.5, 0.6, "x"), at_most("a time", 1.0, 1.2, "ms")
    assert (reached.is_met, missed.is_met) == (True, False)
    told = [line.split() for line in table([reached, missed]).splitlines()]
    assert told == [
        ["met", "a", "rate", ">=", "0.50", "x", "0.60", "x"],
        ["MISSED", "a", "time", "<=", "1.00", "ms", "1.20", "ms"],
    ]


def test_rows_are_named_or_all_are_run() -> None:
    assert parse(["money"]).rows == []
    assert parse(["money", "fee", "balance", "--rounds", "2"]).rows == ["fee", "balance"]
    small = parse(["orders", "flags", "--waiting", "1000", "--due", "10"])
    assert (small.suite, small.rows, small.waiting, small.due) == ("orders", ["flags"], 1_000, 10)
    assert parse(["live", "asking"]).rows == ["asking"]
    few = parse(["live", "--windows", "20"])
    assert (few.windows, few.seconds) == (20, 30)
    for nonsense in (["money", "flags"], ["orders", "posting"], []):
        with pytest.raises(SystemExit):
            parse(nonsense)
