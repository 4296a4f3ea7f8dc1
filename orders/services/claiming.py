"""One moderator reads a case at a time: a claim is a lease, which ends by itself and is renewed by working on it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel import words
from marketplace.kernel.errors import Conflict, NotFound
from orders.models import Dispute
from orders.services import appeals
from orders.services.transition import lock, staff

LEASE = timedelta(minutes=30)


def claim(*, order_id: uuid.UUID, moderator_id: int, at: datetime) -> None:
    """Takes a case, or renews one's own lease. Raises Conflict while somebody else has it, NotAllowed for whoever
    decided what is appealed.
    """
    with transaction.atomic():
        dispute, at = _open_case(order_id, moderator_id, at)
        appeals.check_other_person(dispute, moderator_id, accounts.moderators())
        take(dispute, moderator_id, at)


def release(*, order_id: uuid.UUID, moderator_id: int, at: datetime) -> None:
    """Gives a case back to the others; somebody else's stays theirs."""
    with transaction.atomic():
        dispute, at = _open_case(order_id, moderator_id, at)
        mine = Dispute.objects.filter(pk=dispute.pk, claimed_by_id=moderator_id)
        mine.update(claimed_by=None, claimed_until=None)


def _open_case(order_id: uuid.UUID, moderator_id: int, at: datetime) -> tuple[Dispute, datetime]:
    order, at = lock(order_id, at)
    staff(moderator_id, order, accounts.is_moderator)
    dispute = Dispute.objects.filter(order=order, closed_at=None).first()
    if dispute is None:
        raise NotFound(_("This case is closed."))
    dispute.order = order
    return dispute, at


def take(dispute: Dispute, moderator_id: int, at: datetime) -> None:
    """Of a locked order. Raises Conflict while somebody else has it."""
    until = at + LEASE
    free = Q(claimed_until=None) | Q(claimed_until__lte=at) | Q(claimed_by_id=moderator_id)
    if not Dispute.objects.filter(free, pk=dispute.pk).update(claimed_by_id=moderator_id, claimed_until=until):
        assert dispute.claimed_by_id is not None  # noqa: S101 - else it were free
        assert dispute.claimed_until is not None  # noqa: S101
        name, when = accounts.person(dispute.claimed_by_id).name, words.by(dispute.claimed_until, at)
        raise Conflict(
            _("%(name)s reads this case until %(when)s.") % {"name": name, "when": when}, code="claimed"
        )  # fmt: skip
    dispute.claimed_by_id, dispute.claimed_until = moderator_id, until
