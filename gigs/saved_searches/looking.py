"""Telling people of gigs that were published since the last look and fit a search of theirs.

Two looks never overlap: one goes from where the last one ended until a little before now, so that what was being
published meanwhile is committed. A gig's time of publication never changes, so nobody hears of it twice.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction

from gigs.contracts import CatalogueQuery, GigCard
from gigs.models import Gig, SavedSearch
from gigs.saved_searches import notices, parameters
from gigs.saved_searches.states import Pace
from gigs.selectors import catalogue

logger = logging.getLogger(__name__)

AT_ONCE, LOOKED_THROUGH = 200, 24
_SETTLES = timedelta(minutes=2)
# A worker that dies leaves what it had claimed for another.
_LEASE = timedelta(minutes=15)


def look(at: datetime) -> int:
    """Looks again at up to AT_ONCE searches that are due; returns how many notices were written."""
    return sum(_look_again(search, at) for search in _claim(at))


@transaction.atomic
def _claim(at: datetime) -> list[SavedSearch]:
    due = SavedSearch.objects.filter(next_look_at__lte=at, owner__is_active=True).order_by("next_look_at")
    claimed = list(due.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    SavedSearch.objects.filter(pk__in=[search.pk for search in claimed]).update(next_look_at=at + _LEASE)
    return claimed


def _look_again(search: SavedSearch, at: datetime) -> bool:
    """A dozen queries at most; one search that fails does not keep the others from being looked at."""
    until = max(at - _SETTLES, search.looked_until)
    try:
        found, new = _find(parameters.query_of(search.parameters), search.looked_until, until, at)
    except DatabaseError:
        logger.exception("saved search %s could not be carried out", search.pk)
        return False  # again when the lease ends
    return _write(search, found, new, until, at)


def _find(query: CatalogueQuery, since: datetime, until: datetime, at: datetime) -> tuple[int, list[GigCard]]:
    """How many gigs fit now, and the cards of those that were published in between, newest first."""
    results = catalogue.search(replace(query, sort="newest"), at, size=LOOKED_THROUGH)
    if results.loosened or results.corrected:
        return 0, []
    fits = Gig.objects.filter(pk__in=[row.id for row in results.shown], published_at__gt=since)
    new = set(fits.filter(published_at__lte=until).values_list("pk", flat=True))
    return results.count, [card for card in results.cards if card.id in new] if new else []


@transaction.atomic
def _write(search: SavedSearch, found: int, new: list[GigCard], until: datetime, at: datetime) -> bool:
    """Only where nobody looked, and its owner changed nothing of when to look, meanwhile."""
    row = SavedSearch.objects.select_for_update().filter(pk=search.pk, looked_until=search.looked_until).first()
    period = Pace(row.pace).period if row else None
    if row is None or period is None:
        return False
    told = [card for card in new if card.seller.id != row.owner_id]
    row.found, row.fresh = found, min(row.fresh + len(told), LOOKED_THROUGH)
    row.looked_until, row.next_look_at = until, at + period
    row.save(update_fields=["found", "fresh", "looked_until", "next_look_at"])
    if told:
        notices.tell(row, told, at)
    return bool(told)
