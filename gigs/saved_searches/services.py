"""Keeping, renaming and forgetting searches."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gigs import limits
from gigs.contracts import CatalogueQuery
from gigs.favourites.lists import first_list
from gigs.models import Category, SavedSearch
from gigs.saved_searches import parameters
from gigs.saved_searches.selectors import own_search
from gigs.saved_searches.states import Pace
from gigs.selectors import catalogue
from gigs.services.content import clean_text
from marketplace.kernel.errors import Conflict, InvalidInput


def save(*, owner_id: int, query: CatalogueQuery, name: str, pace: Pace, at: datetime) -> int:
    """Keeps a search; the same again is the one that is there, with its new name and pace.

    Raises InvalidInput (``name``, or nothing asked for), Conflict where there are too many.
    """
    if not parameters.asks_for_something(query):
        raise InvalidInput(_("Search for something or choose a category first: all gigs would be too many."))
    if query.category and not Category.objects.filter(slug=query.category).exists():
        raise InvalidInput(_("There is no such category."))
    name, stored = _checked(name), parameters.stored(query)
    found = catalogue.search(query, at, size=1)
    with transaction.atomic():
        first_list(owner_id, at)  # whoever writes into what somebody keeps waits here
        known = SavedSearch.objects.filter(owner_id=owner_id, fingerprint=parameters.fingerprint(stored)).first()
        if known is None and SavedSearch.objects.filter(owner_id=owner_id).count() >= limits.SEARCHES_MAX:
            message = _("You have saved %(count)d searches. Delete one first.") % {"count": limits.SEARCHES_MAX}
            raise Conflict(message, code="too_many_searches")
        search = known or SavedSearch(
            owner_id=owner_id, parameters=stored, fingerprint=parameters.fingerprint(stored), created_at=at,
            looked_until=at, found=0 if found.loosened or found.corrected else found.count,
        )  # fmt: skip
        search.name = name
        _set_pace(search, pace, at)
        search.save()
    return search.pk


@transaction.atomic
def change(*, search_id: int, owner_id: int, name: str, pace: Pace, at: datetime) -> None:
    """Raises NotFound for somebody else's, InvalidInput at ``name``."""
    search = own_search(search_id, owner_id)
    search.name = _checked(name)
    _set_pace(search, pace, at)
    search.save(update_fields=["name", "pace", "looked_until", "next_look_at"])


def delete(*, search_id: int, owner_id: int) -> None:
    own_search(search_id, owner_id).delete()


def note_opened(*, search_id: int, owner_id: int) -> SavedSearch:
    """Its owner looks at what was found: nothing of it is new any more."""
    search = own_search(search_id, owner_id)
    SavedSearch.objects.filter(pk=search.pk, fresh__gt=0).update(fresh=0)
    return search


def _set_pace(search: SavedSearch, pace: Pace, at: datetime) -> None:
    """Who begins to listen hears of what comes from now on."""
    if search.next_look_at is None:
        search.looked_until = at
    if pace.period is None:
        search.next_look_at = None
    elif search.next_look_at is None or search.pace != pace:
        search.next_look_at = at + pace.period
    search.pace = pace


def _checked(name: str) -> str:
    name = " ".join(clean_text(name).split())
    if not name or len(name) > limits.SEARCH_NAME_MAX:
        message = _("Give it a name of at most %(limit)d characters.") % {"limit": limits.SEARCH_NAME_MAX}
        raise InvalidInput(message, fields={"name": message})
    return name
