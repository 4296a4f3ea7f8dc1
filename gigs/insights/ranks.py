"""Where each gig stands in its category: counted by a job, because to count it takes all gigs of the category."""

from __future__ import annotations

from django.db import connection

from gigs import ranking
from gigs.models import Category

# As ``ranking.Factors.score`` without words; of gigs in its own category and currency, as results show them.
_COUNT = """
INSERT INTO gigs_gigrank (gig_id, rank, among)
SELECT entry.gig_id,
       rank() OVER (
           PARTITION BY entry.currency
           ORDER BY (500 + entry.standing) * entry.price_fit * (CASE WHEN entry.is_open THEN %(open)s ELSE %(full)s END)
           DESC
       ),
       count(*) OVER (PARTITION BY entry.currency)
FROM gigs_searchentry entry JOIN gigs_gig gig ON gig.id = entry.gig_id
WHERE gig.category_id = %(category)s
ORDER BY entry.gig_id
ON CONFLICT (gig_id) DO UPDATE SET rank = excluded.rank, among = excluded.among
WHERE (gigs_gigrank.rank, gigs_gigrank.among) <> (excluded.rank, excluded.among)
"""
_FORGET = """
DELETE FROM gigs_gigrank ranked
WHERE NOT EXISTS (SELECT FROM gigs_searchentry entry WHERE entry.gig_id = ranked.gig_id)
"""


def count_ranks() -> int:
    """One statement for each category; returns how many ranks changed."""
    changed = 0
    with connection.cursor() as cursor:
        for category_id in Category.objects.values_list("pk", flat=True):
            given = {"category": category_id, "open": ranking.OPEN, "full": ranking.FULL}
            cursor.execute(_COUNT, given)
            changed += cursor.rowcount
        cursor.execute(_FORGET)
        return changed + int(cursor.rowcount)
