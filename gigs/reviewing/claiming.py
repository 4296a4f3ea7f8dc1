"""Who looks at what: one moderator at a time, and nobody at their own gig or that of somebody they know."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import api as accounts
from gigs.models import Gig
from gigs.models.reviewing import Claimable
from inbox import api as inbox
from marketplace.kernel import words
from marketplace.kernel.errors import Conflict, NotAllowed
from orders import api as orders

LEASE = timedelta(minutes=30)
Row = TypeVar("Row", bound=Claimable)


def require_moderator(person_id: int) -> None:
    if not accounts.is_moderator(person_id):
        raise NotAllowed(_("Only moderators look at gigs."))


def conflict_of(moderator_id: int, gig: Gig) -> str:
    """Why this moderator is not the one to decide, or "". Two queries at most."""
    if gig.seller_id == moderator_id:
        return _("This is your own gig, so somebody else decides.")
    if orders.have_dealt(moderator_id, [gig.seller_id]):
        return _("You have had an order with this seller, so somebody else decides.")
    if inbox.have_talked(moderator_id, [gig.seller_id]):
        return _("You have talked with this seller, so somebody else decides.")
    return ""


def check_may_decide(moderator_id: int, gig: Gig) -> None:
    """Raises NotAllowed for whoever is no moderator or has a conflict of interest."""
    require_moderator(moderator_id)
    if reason := conflict_of(moderator_id, gig):
        raise NotAllowed(reason)


def free(at: datetime) -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lte=at)


def take(row: Row, moderator_id: int, at: datetime) -> None:
    """Claims it, or renews one's own lease. Raises Conflict while somebody else has it."""
    mine_or_free = free(at) | Q(claimed_by_id=moderator_id)
    rows = type(row)._default_manager.filter(mine_or_free, pk=row.pk)
    if not rows.update(claimed_by_id=moderator_id, claimed_until=at + LEASE):
        row.refresh_from_db(fields=["claimed_by", "claimed_until"])
        name = accounts.person(row.claimed_by_id).name if row.claimed_by_id else _("Somebody")
        until = words.by(row.claimed_until, at) if row.claimed_until else ""
        raise Conflict(_("%(name)s looks at it until %(when)s.") % {"name": name, "when": until}, code="claimed")
    row.claimed_by_id, row.claimed_until = moderator_id, at + LEASE


def give_back(row: Row, moderator_id: int) -> None:
    """Somebody else's stays theirs."""
    rows = type(row)._default_manager.filter(pk=row.pk, claimed_by_id=moderator_id)
    rows.update(claimed_by_id=None, claimed_until=None)


def is_taken(row: Claimable, at: datetime) -> bool:
    return row.claimed_until is not None and row.claimed_until > at
