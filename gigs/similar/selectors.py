"""Gigs like another one: of its category, near in words and in price, at most two of one seller.

Candidates are few however large the catalogue is: those of the best standing that share two words of title and tags (or
the only one), and those of the best standing in the category, which fill the row where words find too little.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import TextField
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from gigs.contracts import GigCard
from gigs.languages import CONFIGS
from gigs.models import Gig
from gigs.search.labels import Kind, label
from gigs.selectors.picked import cards_for
from gigs.states import GigState
from marketplace.kernel import currencies
from marketplace.kernel.errors import NotFound

MOST, ROW = 8, 4
_WORDS_ASKED = 6

# Two thirds are words that both have in title and tags, one third is the price: as much for half or double of it as
# for nothing in common, and nothing where it is in another currency.
QUERY = """
WITH candidates AS (
    (SELECT gig_id, seller_id, doc, currency, lowest_minor FROM gigs_searchentry
     WHERE labels @> %(category)s::int[] AND doc @@ %(asked)s::tsquery AND is_open
     ORDER BY standing DESC, gig_id DESC
     LIMIT 300)
    UNION ALL
    (SELECT gig_id, seller_id, doc, currency, lowest_minor FROM gigs_searchentry
     WHERE labels @> %(category)s::int[] AND is_open
     ORDER BY standing DESC, gig_id DESC
     LIMIT 60)
), scored AS (
    SELECT DISTINCT ON (gig_id) gig_id, seller_id,
        2.0 * (SELECT count(*) FROM unnest(tsvector_to_array(ts_filter(doc, '{a,b}'))) AS word
               WHERE word = ANY(%(words)s)) / greatest(cardinality(%(words)s), 1)
        + CASE WHEN currency = %(currency)s AND %(price)s > 0
               THEN greatest(0, 1 - abs(ln(lowest_minor / %(price)s::numeric)) / ln(4.0)) ELSE 0 END AS score
    FROM candidates
    WHERE gig_id <> %(gig)s AND currency = ANY(%(settled)s)
), placed AS (
    SELECT gig_id, score, row_number() OVER (PARTITION BY seller_id ORDER BY score DESC, gig_id DESC) AS place
    FROM scored
)
SELECT gig_id FROM placed WHERE place <= 2 ORDER BY score DESC, gig_id DESC LIMIT %(most)s
"""
# As entries are written (gigs.search.entries); a gig that is not offered any more has none.
_WORDS = """
tsvector_to_array(to_tsvector(
    coalesce(%s::jsonb ->> gigs_gig.language, 'simple')::regconfig,
    unaccent(gigs_gig.title || ' ' || array_to_string(gigs_gig.tags, ' '))
))
"""


def gig_that_was_shown(gig_id: int) -> Gig:
    """A gig that anybody could look at once, with its ``words`` (lexemes of title and tags). Raises NotFound."""
    shown = Gig.objects.exclude(state=GigState.DRAFT).filter(is_private=False, published_at__isnull=False)
    words = RawSQL(_WORDS, [json.dumps(CONFIGS)], output_field=ArrayField(TextField()))  # noqa: S611 - no stranger's
    rows = shown.select_related("category").defer("description").annotate(words=words)
    found = rows.filter(pk=gig_id).first()
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
    """Five queries."""
    return cards_for(similar_ids(gig), at)


def parameters(gig: Gig) -> dict[str, Any]:
    words: list[str] = gig.words or []  # type: ignore[attr-defined]  # annotated
    return {
        "gig": gig.pk,
        "category": [label(Kind.CATEGORY, gig.category_id)],
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
    pairs = [f"{one} & ({' | '.join(quoted[number:])})" for number, one in enumerate(quoted[:-1], 1)]
    return " | ".join(pairs or quoted)
