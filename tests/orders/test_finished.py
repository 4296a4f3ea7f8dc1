"""What completed orders say of prices: quartiles worked out by hand, what is left out, and the latest at a price."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from orders import api, finished
from orders.contracts import PriceLine, PriceQuartiles, Streak
from orders.models import FinishedOrder, Order, Review
from orders.terms import to_json
from tests.orders.scenes import DAY, HOUR, TERMS, Desk

LONGEST = (120, 1_440)
Complete = Callable[..., Order]


@pytest.fixture
def completed(desk: Desk) -> Complete:
    """A completed order as its rows, quicker than its life; keyword arguments say what is different."""
    made = iter(range(10_000))

    def make(price: int, *, minutes: int = 600, quantity: int = 1, stars: int | None = None, **changes: Any) -> Order:
        given = {"ref": "7", "currency": "EUR", "seller": desk.seller, "ended": desk.at, "late": False, **changes}
        disputed, kept = given.get("disputed", False), given.get("kept")
        lines = (PriceLine("One", quantity, price), PriceLine("Extra", quantity, 900))
        terms = replace(TERMS, currency=given["currency"], lines=lines, promised_minutes=minutes)
        order = Order.objects.create(
            form_key=f"f{next(made)}", buyer=desk.buyer, seller=given["seller"], source_kind=given.get("kind", "gig"),
            source_ref=given["ref"], state="completed", title="x", terms_json=to_json(terms),
            currency=given["currency"], price_minor=terms.price.amount_minor, buyer_fee_minor=0, placed_at=desk.at,
            paid_at=desk.at, completed_at=given["ended"], closed_at=given["ended"], last_event_at=desk.at,
            kept_minor=kept, charged_back_at=given.get("charged_back"), rests_since=given.get("charged_back"),
        )  # fmt: skip
        FinishedOrder.objects.create(
            order=order, seller=given["seller"], buyer=desk.buyer, category=given.get("category", "writing"),
            ended_at=given["ended"], is_completed=not given.get("failed"), was_promised=True,
            was_on_time=not given["late"], was_disputed=disputed,
        )  # fmt: skip
        if stars:
            Review.objects.create(
                order=order, role="buyer", author=desk.buyer, subject=desk.seller, stars=stars, quality=5,
                communication=5, as_described=5, written_at=desk.at, edited_at=desk.at,
                revealed_at=None if given.get("hidden") else desk.at,
            )  # fmt: skip
        return order

    return make


def quartiles(at: datetime, category: str = "writing", days: int = 180) -> list[PriceQuartiles]:
    since = at - timedelta(days=days)
    return api.price_quartiles(
        source_kind="gig", categories=[category], since=since, until=at + DAY, longest_minutes=LONGEST
    )


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ([1_000], (1_000, 1_000, 1_000)),
        ([1_000, 2_000], (1_250, 1_500, 1_750)),
        # Places 0.25 * 3 = 0.75, 1.5 and 2.25: 100 + 0.75 * 101, 201 + 0.5 * 103, 304 + 0.25 * 105, halves up.
        ([409, 100, 304, 201], (176, 253, 330)),
        # Places 1, 2 and 3 of 0 to 4: the prices themselves.
        ([5, 4, 3, 2, 1], (2, 3, 4)),
        ([999_999_999] * 7, (999_999_999,) * 3),
    ],
)
def test_quartiles_by_hand(completed: Complete, desk: Desk, prices: list[int], expected: tuple[int, ...]) -> None:
    for price in prices:
        completed(price)
    (found,) = quartiles(desk.at)
    assert (found.p25_minor, found.p50_minor, found.p75_minor) == expected
    assert (found.orders, found.sellers, found.size, found.currency) == (len(prices), 1, 1, "EUR")


def test_rounded_to_what_can_be_paid(completed: Complete, desk: Desk) -> None:
    for price in (1_000, 1_010):  # KWD goes in steps of ten: 1002.5, 1005 and 1007.5
        completed(price, currency="KWD")
    (found,) = quartiles(desk.at)
    assert (found.p25_minor, found.p50_minor, found.p75_minor) == (1_000, 1_010, 1_010)


def test_by_currency_and_size_and_never_mixed(completed: Complete, desk: Desk, stranger: User) -> None:
    for minutes in (1, 120, 121, 1_440, 1_441, 43_200):
        completed(minutes, minutes=minutes)
    completed(50, minutes=60, currency="JPY", seller=stranger)
    completed(60, minutes=60, seller=stranger)
    found = {(one.currency, one.size): (one.orders, one.sellers, one.p50_minor) for one in quartiles(desk.at)}
    assert found == {
        ("EUR", 0): (3, 2, 60),
        ("EUR", 1): (2, 1, 781),  # 780.5
        ("EUR", 2): (2, 1, 22_321),  # 22,320.5
        ("JPY", 0): (1, 1, 50),
    }


def test_a_price_and_a_size_are_those_of_one_piece(completed: Complete, desk: Desk) -> None:
    completed(1_500, minutes=480, quantity=4)
    (found,) = quartiles(desk.at)
    assert (found.p50_minor, found.size) == (1_500, 0)


def test_what_says_nothing_of_prices_is_left_out(completed: Complete, desk: Desk) -> None:
    completed(100, disputed=True)
    completed(100, kept=50)
    completed(100, failed=True)
    completed(100, charged_back=desk.at)
    completed(100, category="design")
    completed(100, kind="offer")
    completed(100, ended=desk.at - timedelta(days=180, seconds=1))
    completed(100, ended=desk.at + DAY)
    assert quartiles(desk.at) == []
    completed(700, ended=desk.at - timedelta(days=180))
    assert [one.p50_minor for one in quartiles(desk.at)] == [700]


def test_only_the_latest_are_looked_at(completed: Complete, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finished, "MOST_ORDERS", 3)
    for hours, price in enumerate((400, 300, 200, 100_000, 100_000)):
        completed(price, ended=desk.at - hours * HOUR)
    assert [(one.orders, one.p50_minor) for one in quartiles(desk.at)] == [(3, 300)]


def test_a_whole_life_is_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    order = desk.completed()
    FinishedOrder.objects.filter(order=order).update(category="writing")
    Order.objects.filter(pk=order.pk).update(source_kind="gig")
    (found,) = quartiles(desk.at)
    assert (found.p25_minor, found.orders, found.size) == (5_000, 1, 1)


def test_one_query_that_uses_the_index(
    completed: Complete, desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    completed(100)
    for number in range(200):
        completed(100, category=f"other {number % 20}")
    with django_assert_num_queries(1):
        quartiles(desk.at)
    given = {
        "categories": ["writing"],
        "since": desk.at,
        "until": desk.at,
        "source_kind": "gig",
        "most": 5,
        "bounds": [1],
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("ANALYZE orders_order, orders_finishedorder")  # a plan by what is there, not by what was before
        cursor.execute("EXPLAIN " + finished._QUARTILES, given)
        assert "finished_in_category" in "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize("name", ["", "\x01", "'; --", "x" * 5_000, "🙂"])
def test_categories_that_are_none(desk: Desk, name: str) -> None:
    assert quartiles(desk.at, category=name) == []


def test_the_latest_reviewed_orders_at_a_price(
    completed: Complete, desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for hours, stars in enumerate((5, 5, 4, 1)):
        completed(1_000, stars=stars, ended=desk.at - hours * HOUR)
    completed(1_000)  # nobody reviewed it
    completed(1_000, stars=1, hidden=True)
    completed(2_000, stars=3, late=True)
    completed(3_000, stars=5, disputed=True)
    completed(1_000, stars=5, ref="8")
    completed(1_000, stars=5, currency="USD")
    wanted = [("7", "EUR", 1_000), ("7", "EUR", 2_000), ("7", "EUR", 3_000), ("8", "EUR", 1_000), ("9", "EUR", 1_000)]
    with django_assert_num_queries(1):
        found = api.latest_at_price("gig", wanted, count=3)
    assert found == {
        ("7", 1_000): Streak(3, 14, True),
        ("7", 2_000): Streak(1, 3, False),
        ("7", 3_000): Streak(1, 5, False),
        ("8", 1_000): Streak(1, 5, True),
    }
    assert api.latest_at_price("gig", [], count=3) == {}
