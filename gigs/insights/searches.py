"""What people searched for, by day: from Redis into rows, and away after 90 days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from gigs.models import Category, SearchDay, SearchDemand
from gigs.statistics import searching
from gigs.statistics.searching import Searched

KEPT_DAYS = 90
_DAYS_IN_REDIS = 2  # that are over
_LATE = timedelta(hours=1)  # machines whose clocks are behind
_AT_ONCE = 2_000


def fold(at: datetime) -> int:
    """Writes the days that are over and forgets them in Redis; returns how many rows came.

    Killed in between, it writes the same rows again, which changes nothing. Raises redis.RedisError.
    """
    today, rows = (at - _LATE).astimezone(UTC).date(), 0
    for ago in range(_DAYS_IN_REDIS, 0, -1):
        day = today - timedelta(days=ago)
        rows += add(day, list(searching.read(day, settings.SEARCHES_LEAST_VISITORS)))
        searching.drop(day)
    return rows


def add(day: date, found: Collection[Searched]) -> int:
    """Rows of one day; a search that has its row keeps it."""
    by_slug = dict(Category.objects.values_list("slug", "pk")) if found else {}
    rows = [
        SearchDay(day=day, words=one.words, category_id=by_slug.get(one.category), visitors=one.visitors)
        for one in found
        if not one.category or one.category in by_slug
    ]
    SearchDay.objects.bulk_create(rows, batch_size=_AT_ONCE, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def take_away(words: Collection[str]) -> None:
    """Staff do not want these shown: what is known of them goes, so that the next demand is worked out without."""
    for rows in (SearchDay.objects, SearchDemand.objects):
        rows.filter(words__in=words).delete()


def forget(at: datetime) -> int:
    """Days that are older than is kept."""
    last = at.astimezone(UTC).date() - timedelta(days=KEPT_DAYS)
    gone, _rows = SearchDay.objects.filter(day__lt=last).delete()
    return gone
