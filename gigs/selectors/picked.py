"""Cards of gigs that something else has picked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gigs.contracts import CatalogueQuery, GigCard
from gigs.models import Gig
from gigs.selectors.cards import cards_of
from gigs.selectors.offers import annotate_offer


def cards_for(ids: Sequence[int], at: datetime) -> list[GigCard]:
    """Cards in the given order; what nobody can order any more, or only by its link, is left out. Three queries."""
    if not ids:
        return []
    rows = Gig.objects.active().payable().filter(pk__in=ids, is_private=False)
    found = annotate_offer(rows.select_related("category").defer("search", "description"), _ANY, at, fastest=False)
    known = {gig.pk: gig for gig in found}
    return cards_of([known[pk] for pk in ids if pk in known], at)


_ANY = CatalogueQuery()
