"""What a seller sees of their gigs' figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.db import models
from django.db.models import Sum

from gigs.contracts import GigRow
from gigs.models import Gig, GigDay
from orders.contracts import percent

SHOWN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Figures:
    impressions: int = 0
    views: int = 0
    orders: int = 0

    @property
    def view_rate(self) -> str:
        """Views per hundred impressions; above 100 where people come by a link. Empty before the first impression."""
        return _rate(self.views, self.impressions)

    @property
    def order_rate(self) -> str:
        """Orders per hundred views; empty before the first view."""
        return _rate(self.orders, self.views)


def _rate(part: int, whole: int) -> str:
    """With one decimal, rounded half up."""
    tenths = percent(10 * part, whole)
    return "" if tenths is None else f"{tenths // 10}.{tenths % 10}"


def first_day(at: datetime) -> date:
    """Of the days that are shown. A day is one in UTC, whoever looks: pages and orders count by it."""
    return at.astimezone(UTC).date() - timedelta(days=SHOWN_DAYS - 1)


def totals_of(gig_ids: Iterable[int], at: datetime) -> dict[int, Figures]:
    """Of the days that are shown; gigs of which nothing was counted are left out. One query for any number of gigs."""
    by_gig = _days(gig_ids, first_day(at)).values("gig_id").order_by("gig_id")
    rows = by_gig.values_list("gig_id", Sum("impressions"), Sum("views"), Sum("orders"))
    return {gig_id: Figures(*sums) for gig_id, *sums in rows}


def with_figures(rows: Sequence[GigRow], at: datetime) -> list[GigRow]:
    """The same rows with the totals of their gigs. One query."""
    totals = totals_of([row.id for row in rows], at)
    return [replace(row, **asdict(totals.get(row.id, Figures()))) for row in rows]


def _days(gig_ids: Iterable[int], first: date) -> models.QuerySet[GigDay]:
    return GigDay.objects.filter(gig_id__in=list(gig_ids), day__gte=first)


def counted_since(gig: Gig, first: date) -> date | None:
    """The day from which on this gig was counted, ``first`` at the earliest; None where counting has not begun.

    The site has counted from the first day of which it has anything; a gig from its publication. One query.
    """
    counted = GigDay.objects.order_by("day").values_list("day", flat=True).first()
    if counted is None or gig.published_at is None:
        return None
    return max(first, counted, gig.published_at.astimezone(UTC).date())
