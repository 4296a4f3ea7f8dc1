"""Reads of public reviews: a person's pages of them, how the stars are spread, and where they go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum

from marketplace.kernel.cursors import NumberCursor
from orders.contracts import ReviewView
from orders.models import Review
from orders.selectors import review_view

TREND = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Spread:
    """A seller's stars: how many of each, and the mean of the last 90 days against before, in tenths."""

    counts: dict[int, int]
    recent_count: int
    recent_tenths: int | None
    before_tenths: int | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def rows(self) -> list[dict[str, int]]:
        return [{"stars": stars, "count": self.counts[stars]} for stars in (5, 4, 3, 2, 1)]


def page_of(seller_id: int, before: NumberCursor | None, limit: int) -> list[ReviewView]:
    """What buyers wrote about a seller, newest first; read one more than a page to know whether there is another."""
    rows = Review.objects.revealed().by_buyers().filter(subject_id=seller_id)
    if before:
        rows = rows.filter(Q(revealed_at__lt=before[0]) | Q(revealed_at=before[0], pk__lt=before[1]))
    return [review_view(row) for row in rows.select_related("order").order_by("-revealed_at", "-id")[:limit]]


def spread_of(seller_id: int, at: datetime) -> Spread:
    """One query over the seller's own reviews."""
    rows = Review.objects.revealed().by_buyers().filter(subject_id=seller_id).order_by()
    is_recent = Q(revealed_at__gt=at - TREND)
    by_stars = rows.values("stars").annotate(
        number=Count("pk"), recent=Count("pk", filter=is_recent), sum=Sum("stars", filter=is_recent)
    )
    counts = dict.fromkeys((5, 4, 3, 2, 1), 0)
    recent = recent_stars = 0
    for row in by_stars:
        counts[row["stars"]] = row["number"]
        recent += row["recent"]
        recent_stars += row["sum"] or 0
    total = sum(counts.values())
    stars = sum(stars * number for stars, number in counts.items())
    return Spread(counts, recent, _tenths(recent_stars, recent), _tenths(stars - recent_stars, total - recent))


def _tenths(stars: int, count: int) -> int | None:
    """A plain mean, rounded half up."""
    return (stars * 20 + count) // (2 * count) if count else None
