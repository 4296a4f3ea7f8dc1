"""Where the tiers of standing begin. Kept as numbers of today's catalogue; a gig's tier is written with its entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from gigs.search import memory
from gigs.search.labels import PARTS, Kind, Tier, label

SMALL = 20_000  # so many gigs are looked through at once: all are in the first tier
_HOUR = 3600
_SAMPLE = """
SELECT percentile_disc(%s) WITHIN GROUP (ORDER BY standing)
FROM (SELECT standing FROM gigs_searchentry TABLESAMPLE SYSTEM (%s)) AS sampled
"""


Bounds = tuple[int, ...]
_NONE: Bounds = (0,) * len(PARTS)


def bounds() -> Bounds:
    """The least standing of each tier but the last; counted at most once an hour."""
    return memory.kept("bounds", count, seconds=_HOUR)


def is_small() -> bool:
    """Whether all gigs stand in the first tier."""
    return bounds() == _NONE


def count() -> Bounds:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'gigs_searchentry'::regclass")
        rows = cursor.fetchone()[0]
        if rows < SMALL:
            return _NONE
        cursor.execute(_SAMPLE, [[1 - part for part in PARTS.values()], min(100, 5_000_000 / rows)])
        found = cursor.fetchone()[0]
    return tuple(found) if found else _NONE


def foresee(standings: Sequence[int]) -> None:
    """Where the tiers begin once everything is written, from the standings of some of it."""
    if not standings:
        return
    ordered = sorted(standings, reverse=True)
    memory.keep("bounds", tuple(ordered[int(part * len(ordered))] for part in PARTS.values()), seconds=_HOUR)


def tier_of(standing: int, known: Bounds) -> Tier:
    return next((tier for tier, least in zip(PARTS, known, strict=True) if standing >= least), Tier.REST)


_RELABEL = """
UPDATE gigs_searchentry SET labels = ARRAY[tier] || labels[2:] FROM (
    SELECT gig_id AS id,
        %(label)s + (SELECT count(*)::int FROM unnest(%(bounds)s::int[]) AS least WHERE standing < least) AS tier
    FROM gigs_searchentry WHERE gig_id > %(after)s ORDER BY gig_id LIMIT %(most)s
) AS wanted WHERE gig_id = wanted.id AND labels[1] <> wanted.tier
"""
_LAST = """
SELECT max(gig_id) FROM (
    SELECT gig_id FROM gigs_searchentry WHERE gig_id > %(after)s ORDER BY gig_id LIMIT %(most)s
) AS batch
"""
_AT_ONCE = 5_000


def put_in_order() -> int:
    """Counts where the tiers begin, and moves, in batches, what stands in another one now; returns how many."""
    memory.forget_all()
    known, moved = list(bounds()), 0
    after = 0
    while True:
        with connection.cursor() as cursor:
            given: dict[str, Any] = {"label": label(Kind.TIER, 0), "bounds": known, "after": after, "most": _AT_ONCE}
            cursor.execute(_RELABEL, given)
            moved += int(cursor.rowcount)
            cursor.execute(_LAST, {"after": after, "most": _AT_ONCE})
            last = cursor.fetchone()[0]
        if last is None:
            return moved
        after = last
