"""Worked out once a night, with a least number of orders and sellers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from gigs.guidance import services
from gigs.guidance.sizes import LONGEST_MINUTES, SIZES, size_of
from gigs.models import Category, GuidanceFigure
from gigs.tasks import guide_prices
from marketplace.kernel.errors import InvalidInput
from orders import api as orders
from orders.contracts import PriceQuartiles
from tests.gigs.conftest import NOON
from tests.gigs.guidance.conftest import Figure


def test_sizes() -> None:
    assert [size_of(minutes) for minutes in (1, 120, 121, 1_440, 1_441, 4_320, 4_321, 10_080, 10_081, 43_200)] == [
        0, 0, 1, 1, 2, 2, 3, 3, 4, 4,
    ]  # fmt: skip
    assert len(SIZES) == len(LONGEST_MINUTES) + 1


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch, categories: None) -> list[dict[str, Any]]:
    """What orders say of writing; also what they were asked."""
    asked: list[dict[str, Any]] = []

    def quartiles(**given: Any) -> list[PriceQuartiles]:
        asked.append(given)
        if "writing" not in given["categories"]:
            return []
        return [
            PriceQuartiles("EUR", 0, 20, 3, 100, 200, 300),
            PriceQuartiles("EUR", 1, 19, 9, 100, 200, 300),
            PriceQuartiles("EUR", 2, 900, 2, 100, 200, 300),
            PriceQuartiles("JPY", 0, 20, 3, 10, 20, 30),
        ]

    monkeypatch.setattr(orders, "price_quartiles", quartiles)
    return asked


def rows() -> set[tuple[str, int, int, int | None]]:
    return set(GuidanceFigure.objects.values_list("currency", "size", "orders", "p50_minor"))


def test_too_few_orders_or_sellers_have_no_quartiles(found: list[dict[str, Any]]) -> None:
    assert services.work_out(NOON)
    assert rows() == {("EUR", 0, 20, 200), ("EUR", 1, 19, None), ("EUR", 2, 900, None), ("JPY", 0, 20, 20)}
    assert len(found) == Category.objects.count()
    assert {(one["since"], one["until"]) for one in found} == {(NOON - timedelta(days=180), NOON)}


def test_once_a_day_from_midnight_by_utc(found: list[dict[str, Any]]) -> None:
    last = datetime(2026, 5, 13, 23, 59, 59, tzinfo=UTC)
    assert services.work_out(last)
    assert not services.work_out(last)
    assert services.work_out(last + timedelta(seconds=1))
    assert not services.work_out(last + timedelta(hours=23))
    assert guide_prices(last + timedelta(hours=23)) == 0


def test_what_is_not_found_any_more_goes(found: list[dict[str, Any]], figure: Figure) -> None:
    figure(4, counted_at=NOON - timedelta(days=1))
    figure(0, category="design", counted_at=NOON - timedelta(days=1))
    services.work_out(NOON)
    assert len(rows()) == 4


def test_killed_half_way_yesterdays_stand(
    found: list[dict[str, Any]], figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure(4, counted_at=NOON - timedelta(days=1))

    def die(*_given: Any, **_named: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(GuidanceFigure.objects, "bulk_create", die)
        with pytest.raises(SystemExit):
            services.work_out(NOON)
    assert rows() == {("EUR", 4, 37, 3_000)}
    assert services.work_out(NOON)


@pytest.mark.parametrize("wrong", [{"quartiles": (3, 2, 4)}, {"size": len(SIZES)}])
def test_the_database_refuses_nonsense(figure: Figure, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        figure(**wrong)


@pytest.mark.parametrize(("currency", "amount"), [("XXX", 100), ("", 100), ("EUR", 0), ("EUR", -5), ("EUR", 10**15)])
def test_floors_that_are_none(seller: Any, currency: str, amount: int) -> None:
    with pytest.raises(InvalidInput):
        services.set_floor(seller_id=seller.pk, currency=currency, amount_minor=amount)
