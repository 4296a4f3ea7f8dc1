"""A side does not agree with the decision: once, with something new, to another person where there is one (row 40)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel.errors import InvalidInput, NotAllowed
from marketplace.kernel.models import StoredFile
from orders.models import Appeal, Dispute, Phase
from orders.services import conflicts, notices
from orders.services.acceptance import written
from orders.services.disputes import add_evidence, running, step
from orders.services.transition import apply, check, lock, party
from orders.states import Action, Actor


def appeal(*, order_id: uuid.UUID, actor_id: int, text: str, files: list[StoredFile], at: datetime) -> None:
    """Row 40: the decision is not carried out, the case goes back into the queue.

    Raises InvalidInput without words or without new evidence.
    """
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.APPEAL, by, at)
        text = _checked(text, files)
        dispute = running(order)
        dispute.phase, dispute.escalated = Phase.DECISION, False
        dispute.buyer_waived = dispute.seller_waived = False
        timers = {Action.ESCALATE.value: at + step(order)}
        data = {"statement": text, "percent": dispute.percent}
        change = apply(order, Action.APPEAL, by, at, data=data, timers=timers, drop=[Action.ENFORCE])
        _keep(dispute, by.role, actor_id, text, at)
        dispute.save()
        add_evidence(dispute, by.role, files, at)
        other = Actor.BUYER if by.role == Actor.SELLER else Actor.SELLER
        notices.tell(change, other, "order_dispute_appealed", statement=text[:500])


def _checked(text: str, files: list[StoredFile]) -> str:
    errors: dict[str, str] = {}
    if not files:
        errors["files"] = _("Add what is new: a file, a screenshot. Without it nobody would decide differently.")
    try:
        text = written(text, "text", _("Say in a sentence what the decision has overlooked."))
    except InvalidInput as error:
        errors.update(error.fields)
    if errors:
        raise InvalidInput(_("This cannot be sent yet."), code="appeal", fields=errors)
    return text


def _keep(dispute: Dispute, role: str, person_id: int, text: str, at: datetime) -> None:
    """With the decision that it is about; a later one overwrites that on the dispute."""
    assert dispute.percent is not None  # noqa: S101 - decided
    assert dispute.decided_by_id is not None  # noqa: S101
    Appeal.objects.create(
        dispute=dispute, role=role, person_id=person_id, text=text, appealed_at=at, percent=dispute.percent,
        reason=dispute.reason, decided_by_id=dispute.decided_by_id, confirmed_by_id=dispute.confirmed_by_id,
    )  # fmt: skip


def reason_against_hearing(dispute: Dispute, moderator_id: int, moderators: Iterable[int]) -> str:
    """Who decided first does not judge their own decision, unless there is nobody else; "" for everybody else."""
    if not hasattr(dispute, "appeal"):
        return ""
    before = {dispute.appeal.decided_by_id, dispute.appeal.confirmed_by_id}
    if moderator_id in before and conflicts.free_of(dispute.order, set(moderators) - before):
        return _("You decided this before. Another moderator hears the appeal.")
    return ""


def check_other_person(dispute: Dispute, moderator_id: int, moderators: Iterable[int]) -> None:
    """Raises NotAllowed where somebody else hears it."""
    reason = reason_against_hearing(dispute, moderator_id, moderators)
    if reason:
        raise NotAllowed(reason)
