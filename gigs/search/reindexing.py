"""Every entry anew, while the site serves: in batches with transactions of their own, by several processes if asked.

The best standing first: what a search looks through first then lies together on the disk.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import accumulate

from django.db import connection

from gigs.models import Gig
from gigs.search import entries, tiers, words

_SAMPLE = 4_000  # gigs
# Entries by standing, then gigs that have none yet.
_IDS = """
SELECT gig_id FROM (
    SELECT gig_id, standing FROM gigs_searchentry
    UNION ALL
    SELECT id, -1 FROM gigs_gig WHERE state = 'active' AND NOT EXISTS (SELECT FROM gigs_searchentry WHERE gig_id = id)
) AS every ORDER BY standing DESC, gig_id
"""


def reindex(at: datetime, *, processes: int = 1) -> Iterator[int]:
    """Yields how many are done. Repeatable."""
    if tiers.is_small() and Gig.objects.active()[tiers.SMALL :].exists():
        # Where the tiers will begin has to be known now, or nearly all entries are written twice.
        tiers.foresee(entries.sampled_standings(at, _SAMPLE))
    with connection.cursor() as cursor:
        cursor.execute(_IDS)
        ids = [row[0] for row in cursor.fetchall()]
    batches = [(ids[start : start + entries.AT_ONCE], at) for start in range(0, len(ids), entries.AT_ONCE)]
    yield from accumulate(_by_several(batches, processes) if processes > 1 else map(_refresh, batches))
    words.count_words()
    tiers.put_in_order()


def _by_several(batches: Sequence[tuple[list[int], datetime]], processes: int) -> Iterator[int]:
    connection.close()  # a forked process must not share it
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield from pool.imap(_refresh, batches)


def _refresh(batch: tuple[list[int], datetime]) -> int:
    entries.refresh(*batch)
    return len(batch[0])
