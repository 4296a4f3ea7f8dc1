"""From Redis into the rows of GigDay, and orders straight into them.

A batch is set aside in Redis (a rename), written together with its id in one transaction, and dropped after the
commit. Whatever is killed between these steps, the next run finds the batch, and its id where it was written.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction

from gigs.models import FoldedBatch, GigDay
from gigs.statistics import counting
from gigs.statistics.counting import Count

KEPT_DAYS = 400
# A Redis that comes back as it was some days ago may bring batches with it.
IDS_KEPT_FOR = timedelta(days=30)
_AT_ONCE = 5_000

# Rows in one order, so that two folds never wait for each other in a circle; gigs that are gone are left out.
_ADD = """
INSERT INTO gigs_gigday (gig_id, day, impressions, views, orders)
SELECT gig.id, counted.day, counted.impressions, counted.views, counted.orders
FROM unnest(%s::bigint[], %s::date[], %s::int[], %s::int[], %s::int[])
  AS counted(gig_id, day, impressions, views, orders)
JOIN gigs_gig gig ON gig.id = counted.gig_id
ORDER BY gig.id, counted.day
ON CONFLICT (gig_id, day) DO UPDATE SET
    impressions = gigs_gigday.impressions + EXCLUDED.impressions,
    views = gigs_gigday.views + EXCLUDED.views,
    orders = gigs_gigday.orders + EXCLUDED.orders
"""


def fold(at: datetime) -> int:
    """Adds everything that was counted; returns how many batches. Raises redis.RedisError where Redis is away."""
    waiting = counting.take()
    for batch in waiting:
        _fold(batch, at)
        counting.drop(batch)
    return len(waiting)


def _fold(batch: uuid.UUID, at: datetime) -> None:
    counts = counting.read(batch)
    with transaction.atomic():
        # Whoever folds the same batch at the same time waits here for the other's commit.
        _row, is_new = FoldedBatch.objects.get_or_create(pk=batch, defaults={"folded_at": at})
        if is_new:
            _add(counts)


def _add(counts: Mapping[tuple[int, date], Count]) -> None:
    rows = sorted(counts.items())
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        gigs, days = [gig for (gig, _day), _ in part], [day for (_gig, day), _ in part]
        impressions, views = [one.impressions for _, one in part], [one.views for _, one in part]
        _execute(gigs, days, impressions, views, [0] * len(part))


def add(counts: Mapping[tuple[int, date], Count]) -> None:
    """What was counted elsewhere, by gig and day in UTC; each call adds it again."""
    with transaction.atomic():
        _add(counts)


def count_order(gig_id: int, at: datetime) -> None:
    """An order of this gig was paid. Call it in the transaction that says so."""
    _execute([gig_id], [at.astimezone(UTC).date()], [0], [0], [1])


def _execute(*columns: list[int] | list[date]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ADD, columns)


def forget(at: datetime) -> int:
    """Days that nobody looks at any more, a bounded number of them; returns how many rows went."""
    last = at.astimezone(UTC).date() - timedelta(days=KEPT_DAYS)
    old = GigDay.objects.filter(day__lt=last).order_by("day").values("pk")[: 10 * _AT_ONCE]
    gone, _rows = GigDay.objects.filter(pk__in=old).delete()
    FoldedBatch.objects.filter(folded_at__lt=at - IDS_KEPT_FOR).delete()
    return gone
