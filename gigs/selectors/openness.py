"""Whether a gig takes orders at a moment. The page asks this, and ordering asks again under its lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from gigs.models import Gig
from marketplace.kernel import words


@dataclass(frozen=True, slots=True)
class Closed:
    """Why nobody can order just now, though the gig is live."""

    code: str  # "gig_away" or "gig_full"
    message: str
    until: datetime | None = None  # of those who are away


def closed(gig: Gig, at: datetime) -> Closed | None:
    """Counts paid orders only: a queue is not filled by people who never pay."""
    if gig.away_until is not None and at < gig.away_until:
        said = _("The seller is away and takes orders again from %(until)s.")
        return Closed("gig_away", said % {"until": words.exact(gig.away_until)}, gig.away_until)
    if gig.queue_limit is not None and gig.active_orders >= gig.queue_limit:
        return Closed("gig_full", _("The seller has as many orders as they take at once."))
    return None


def may_see(gig: Gig, reader_id: int | None, key: str) -> bool:
    """A private gig opens for its seller, and for who has its link."""
    return not gig.is_private or gig.seller_id == reader_id or constant_time_compare(gig.share_key, key)
