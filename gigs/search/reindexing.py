"""Every entry anew, while the site serves: in batches with transactions of their own, by several processes if asked."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from django.db.models import Max

from gigs.models import Gig
from gigs.search import entries, tiers, words

_SLICE = 10_000  # ids that a process takes at once
_SAMPLE = 4_000  # gigs


def reindex(at: datetime, *, after: int = 0, processes: int = 1) -> Iterator[int]:
    """Yields the last id of each batch (with several processes: of each slice); repeatable, and can be gone on with."""
    if tiers.is_small() and Gig.objects.active()[tiers.SMALL :].exists():
        # Where the tiers will begin has to be known now, or nine of ten entries are written twice.
        tiers.foresee(entries.sampled_standings(at, _SAMPLE))
    yield from _by_several(at, after, processes) if processes > 1 else entries.rewrite_all(at, after=after)
    words.count_words()
    tiers.put_in_order()


def _by_several(at: datetime, after: int, processes: int) -> Iterator[int]:
    last: int = Gig.objects.aggregate(last=Max("pk"))["last"] or 0
    slices = [(at, start, min(start + _SLICE, last)) for start in range(after, last, _SLICE)]
    connection.close()  # a forked process must not share it
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield from pool.imap(_rewrite, slices)


def _rewrite(one: tuple[datetime, int, int]) -> int:
    at, after, until = one
    for _reached in entries.rewrite_all(at, after=after, until=until):
        pass
    return until
