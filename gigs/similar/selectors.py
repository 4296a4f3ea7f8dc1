"""Gigs like another one: of its category, near in words and in price, at most two of one seller.

Candidates are few however large the catalogue is: some that share two words of title and tags (or the only one), found
by the full text index, and the best rated of the category, which fill the row where words find too little.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import F, Func, TextField, Value
from django.utils.translation import gettext as _

from gigs.contracts import GigCard
from gigs.models import Gig
from gigs.selectors.picked import cards_for
from gigs.states import GigState
from marketplace.kernel import currencies
from marketplace.kernel.errors import NotFound

MOST, ROW = 8, 4
_WORDS_ASKED = 8

# Two thirds are words that both have in title and tags, one third is the price: as much for half or double of it as
# for nothing in common, and nothing where it is in another currency.
QUERY = """
WITH candidates AS (
    (SELECT id, seller_id, search, currency, from_all_in_minor FROM gigs_gig
     WHERE search @@ %(asked)s::tsquery AND state = 'active' AND category_id = %(category)s AND NOT is_private
     LIMIT 300)
    UNION ALL
    (SELECT id, seller_id, search, currency, from_all_in_minor FROM gigs_gig
     WHERE state = 'active' AND category_id = %(category)s AND NOT is_private
     ORDER BY rating_hundredths DESC, review_count DESC, id DESC
     LIMIT 60)
), scored AS (
    SELECT DISTINCT ON (id) id, seller_id,
        2.0 * (SELECT count(*) FROM unnest(tsvector_to_array(ts_filter(search, '{a,b}'))) AS word
               WHERE word = ANY(%(words)s)) / greatest(cardinality(%(words)s), 1)
        + CASE WHEN currency = %(currency)s AND %(price)s > 0
               THEN greatest(0, 1 - abs(ln(from_all_in_minor / %(price)s::numeric)) / ln(4.0)) ELSE 0 END AS score
    FROM candidates
    WHERE id <> %(gig)s AND currency = ANY(%(settled)s)
), placed AS (
    SELECT id, score, row_number() OVER (PARTITION BY seller_id ORDER BY score DESC, id DESC) AS place FROM scored
)
SELECT id FROM placed WHERE place <= 2 ORDER BY score DESC, id DESC LIMIT %(most)s
"""


def gig_that_was_shown(gig_id: int) -> Gig:
    """A gig that anybody could look at once, with its ``words`` (lexemes of title and tags). Raises NotFound."""
    own = Func(F("search"), Value("{a,b}"), function="ts_filter", template='%(function)s(%(expressions)s::"char"[])')
    words = Func(own, function="tsvector_to_array", output_field=ArrayField(TextField()))
    shown = Gig.objects.exclude(state=GigState.DRAFT).filter(is_private=False, published_at__isnull=False)
    rows = shown.select_related("category").defer("description", "search")
    found = rows.annotate(words=words).filter(pk=gig_id).first()
    if found is None:
        raise NotFound(_("This gig is not here (any more)."))
    return found


def similar_ids(gig: Gig) -> list[int]:
    """The nearest first; full rows where there are enough. One query."""
    with connection.cursor() as cursor:
        cursor.execute(QUERY, parameters(gig))
        ids = [row[0] for row in cursor.fetchall()]
    return ids[:ROW] if ROW < len(ids) < MOST else ids


def similar_cards(gig: Gig, at: datetime) -> list[GigCard]:
    """Four queries."""
    return cards_for(similar_ids(gig), at)


def parameters(gig: Gig) -> dict[str, Any]:
    words: list[str] = gig.words or []  # type: ignore[attr-defined]  # annotated
    return {
        "gig": gig.pk,
        "category": gig.category_id,
        "asked": _asked(words[:_WORDS_ASKED]),
        "words": words,
        "currency": gig.currency,
        "price": gig.from_all_in_minor or 0,
        "settled": list(currencies.settled()),
        "most": MOST,
    }


def _asked(words: Sequence[str]) -> str:
    """A tsquery for what has two of the words, or the only one."""
    quoted = ["'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in words]
    pairs = [f"({one} & {other})" for one, other in combinations(quoted, 2)]
    return " | ".join(pairs or quoted)
