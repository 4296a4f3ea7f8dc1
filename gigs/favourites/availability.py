"""Whether a gig can be ordered now, and if not, why."""

from __future__ import annotations

from datetime import datetime

from gigs.models import Gig
from marketplace.kernel import currencies

GONE, PAUSED, AWAY, FULL = "gone", "paused", "away", "full"


def why_not(gig: Gig, at: datetime) -> str:
    """Why nobody can order it now; empty where they can. Gone gigs have no page for others either."""
    if gig.is_private or not (gig.is_active or gig.is_paused) or gig.from_all_in_minor is None:
        return GONE
    if gig.is_paused or gig.currency not in currencies.settled():
        return PAUSED
    if gig.away_until and gig.away_until > at:
        return AWAY
    return FULL if gig.queue_limit and gig.active_orders >= gig.queue_limit else ""


def can_be_ordered(gig: Gig, at: datetime) -> bool:
    return not why_not(gig, at)
