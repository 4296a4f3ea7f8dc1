"""What pages call. Nothing is counted before the answer is out: ``middleware.CountAfterAnswer``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.http import HttpRequest

from gigs.statistics import visitors
from marketplace.kernel import clock

NOTED = "gig_hits"  # the attribute of a request
MOST_CARDS = 100  # of one page


@dataclass
class Hits:
    """What one answer shows, on one day in UTC by this machine's clock."""

    day: date
    visitor: str
    reader_id: int | None = None  # where they are signed in; it is kept nowhere
    cards: dict[int, None] = field(default_factory=dict)
    opened: int | None = None
    searched: str = ""  # as it was typed
    line: str = ""  # from which it was searched: visitors.line_of
    category: str = ""  # the slug of the one that was chosen with it


def saw_cards(request: HttpRequest, gig_ids: Iterable[int]) -> None:
    """The answer to this request shows these gigs as cards; the reader's own are left out later."""
    hits = _hits(request)
    if hits is not None:
        hits.cards |= dict.fromkeys(gig_ids)


def opened(request: HttpRequest, gig_id: int) -> None:
    """The answer to this request is this gig's own page; do not call it for the seller's own visits."""
    hits = _hits(request)
    if hits is not None:
        hits.opened = gig_id


def searched(request: HttpRequest, text: str, category: str) -> None:
    """The answer to this request is the first page of what this text finds."""
    hits = _hits(request) if text else None
    if hits is not None:
        hits.searched, hits.category, hits.line = text, category, visitors.line_of(request)


def _hits(request: HttpRequest) -> Hits | None:
    """What is noted of this request, or None where nobody looks at its answer."""
    noted: Hits | None = getattr(request, NOTED, None)
    if noted is None and visitors.is_somebody(request):
        noted = Hits(clock.display_now().date(), visitors.mark_of(request), request.user.pk)
        setattr(request, NOTED, noted)
    return noted
