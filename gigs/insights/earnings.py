"""What work of a craft brings: kept once a day, read by the estimate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from gigs.insights.estimating import Typical
from gigs.models import Category, EarningFigure
from gigs.services.category_counts import slugs_within
from gigs.services.ordering import SOURCE_KIND
from marketplace.kernel.money import Money
from orders import api as orders
from orders.contracts import EarnedQuartiles

LOOK_BACK = timedelta(days=90)
_MONTHS = 3  # of 30 days


def work_out(at: datetime) -> int:
    """Replaces all figures; returns how many there are."""
    found = orders.earned_quartiles(source_kind=SOURCE_KIND, groups=slugs_within(), since=at - LOOK_BACK, until=at)
    rows = [row for category_id, each in found.items() for row in _rows(category_id, each, at)]
    with transaction.atomic():
        there = set(Category.objects.select_for_update(no_key=True).values_list("pk", flat=True))
        EarningFigure.objects.all().delete()
        EarningFigure.objects.bulk_create([row for row in rows if row.category_id in there])
    return len(rows)


def _rows(category_id: int, found: list[EarnedQuartiles], at: datetime) -> Iterator[EarningFigure]:
    for one in found:
        # Few orders say little, and those of one or two sellers are their own affair.
        is_enough = one.orders >= settings.GUIDANCE_LEAST_ORDERS and one.sellers >= settings.GUIDANCE_LEAST_SELLERS
        yield EarningFigure(
            category_id=category_id,
            currency=one.currency,
            orders=one.orders,
            sellers=one.sellers,
            prices=list(one.prices_minor) if is_enough else [],
            monthly=[had // _MONTHS for had in one.orders_hundredths] if is_enough else [],
            counted_at=at,
        )


def typical_of(category: Category, currency: str) -> tuple[Category, Typical | None, int]:
    """Of a category, or of the nearest above it of which there is enough; and how many orders it has itself.

    Two queries.
    """
    figures = {
        row.category_id: row for row in EarningFigure.objects.filter(category__in=category.path, currency=currency)
    }
    above = {one.pk: one for one in Category.objects.filter(pk__in=category.path)}
    own = figures[category.pk].orders if category.pk in figures else 0
    for pk in reversed(category.path):
        if pk in figures and pk in above and figures[pk].prices:
            return above[pk], _typical(figures[pk]), own
    return category, None, own


def _typical(row: EarningFigure) -> Typical:
    low, middle, high = (Money(minor, row.currency) for minor in row.prices)
    few, usual, many = row.monthly
    return Typical((low, middle, high), (few, usual, many), row.orders, row.sellers)
