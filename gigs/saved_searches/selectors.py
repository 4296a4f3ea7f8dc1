"""Reads of saved searches: the getter is the permission check."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gigs.models import SavedSearch
from marketplace.kernel.errors import NotFound

# New ones are counted this far: whether it is five or five hundred, one looks.
COUNTED = 3


@dataclass(frozen=True, slots=True)
class SearchRow:
    """A saved search in its owner's list; ``found`` and ``fresh`` are of the last look."""

    id: int
    name: str
    pace: str
    found: int
    fresh: int

    @property
    def fresh_shown(self) -> int:
        return min(self.fresh, COUNTED)

    @property
    def has_more(self) -> bool:
        return self.fresh > COUNTED


def searches_of(owner_id: int) -> list[SearchRow]:
    """The newest first; bounded by how many one person may have. One query."""
    rows = SavedSearch.objects.filter(owner_id=owner_id).order_by("-pk")
    return [SearchRow(row.pk, row.name, row.pace, row.found, row.fresh) for row in rows]


def own_search(search_id: int, owner_id: int) -> SavedSearch:
    """Raises NotFound, also for somebody else's."""
    found = SavedSearch.objects.filter(pk=search_id, owner_id=owner_id).first()
    if found is None:
        raise NotFound(_("You have no such search."))
    return found
