"""What staff decide, and when it becomes true (rows 39, 41)."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel.errors import Conflict, InvalidInput
from orders.models import Dispute, Fault, Order, Outcome, Phase
from orders.services import appeals, claiming, division, notices
from orders.services.acceptance import written
from orders.services.disputes import running, step
from orders.services.transition import SYSTEM, Change, apply, check, lock, party, staff
from orders.splits import WHOLE, Split, split
from orders.stakes import stake_of
from orders.states import Action, Actor

_ANSWER_TIMERS = [Action.REMIND_ANSWER, Action.DEFAULT_DISPUTE, Action.END_NEGOTIATION]
_QUEUE_TIMERS = [*_ANSWER_TIMERS, Action.ESCALATE]


def decide(*, order_id: uuid.UUID, moderator_id: int, percent: int, reason: str, at: datetime) -> None:
    """Row 39: so many percent of the price to the seller; the money stays frozen until the appeal has passed.

    Above the limit the decision waits for a second person. Raises NotAllowed for a party or for nobody's
    moderator, InvalidInput without a written reason.
    """
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = staff(moderator_id, order, _is_moderator)
        check(order, Action.DECIDE, by, at)
        dispute = running(order)
        claiming.take(dispute, moderator_id, at)
        appeals.check_other_person(dispute, moderator_id, accounts.moderators())
        dispute.percent, dispute.reason = _checked(percent, reason)
        dispute.decided_by_id, dispute.decided_at, dispute.confirmed_by_id = moderator_id, at, None
        data = {"percent": percent, "reason": dispute.reason}
        if needs_second_person(order):
            dispute.phase = Phase.SECOND_LOOK
            dispute.claimed_by_id, dispute.claimed_until = None, None  # the second person need not wait for the first
            # Whoever is to confirm it may forget as well: then it goes to the front of the queue.
            overdue = {Action.ESCALATE.value: at + step(order)}
            apply(order, Action.DECIDE, by, at, data=data | {"second": True}, timers=overdue, drop=_ANSWER_TIMERS)
            dispute.save()
            return
        change = apply(order, Action.DECIDE, by, at, data=data, timers=_appeal(dispute, at), drop=_QUEUE_TIMERS)
        _announce(change, dispute)


def needs_second_person(order: Order) -> bool:
    return order.all_in_at_stake.amount_minor > order.terms.rules.second_person_limit_minor


def _is_moderator(user_id: int) -> bool:
    return user_id in accounts.moderators()


def _checked(percent: int, reason: str) -> tuple[int, str]:
    if not 0 <= percent <= WHOLE:
        message = _("Between 0 and 100 percent.")
        raise InvalidInput(message, fields={"percent": message})
    return percent, written(reason, "reason", _("Both sides read why: write at least a sentence."))


def _appeal(dispute: Dispute, at: datetime) -> dict[str, datetime]:
    """An appeal is possible once: what was decided after one is carried out at once."""
    return {Action.ENFORCE: at if hasattr(dispute, "appeal") else at + dispute.order.terms.rules.appeal}


def _announce(change: Change, dispute: Dispute) -> None:
    dispute.phase, dispute.escalated = Phase.DECIDED, False
    dispute.claimed_by_id, dispute.claimed_until = None, None
    dispute.save()
    part = _part(dispute)
    is_final = hasattr(dispute, "appeal")
    until = change.event.at + change.order.terms.rules.appeal
    notices.tell_both(
        change, "order_dispute_decided",
        percent=part.percent, reason=dispute.reason[:1000], refund=part.refund, receives=part.seller_receives,
        until=until, is_final=is_final,
    )  # fmt: skip


def _part(dispute: Dispute) -> Split:
    assert dispute.percent is not None  # noqa: S101 - decided
    return split(stake_of(dispute.order), dispute.percent)


def confirm_decision(*, order_id: uuid.UUID, moderator_id: int, at: datetime) -> None:
    """Row 39: a second person agrees; where there is none, the first does so a day later, and it shows."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = staff(moderator_id, order, _is_moderator)
        check(order, Action.CONFIRM_DECISION, by, at)
        dispute = running(order)
        claiming.take(dispute, moderator_id, at)
        appeals.check_other_person(dispute, moderator_id, accounts.moderators())
        alone = dispute.decided_by_id == moderator_id
        reason = reason_against_confirming(dispute, moderator_id, accounts.moderators(), at)
        if reason:
            raise Conflict(reason, code="second_person")
        dispute.confirmed_by_id = moderator_id
        data = {"percent": dispute.percent, "reason": dispute.reason, "alone": alone}
        timers = _appeal(dispute, at)
        change = apply(order, Action.CONFIRM_DECISION, by, at, data=data, timers=timers, drop=_QUEUE_TIMERS)
        _announce(change, dispute)


def reason_against_confirming(dispute: Dispute, moderator_id: int, moderators: Collection[int], at: datetime) -> str:
    """Why whoever proposed a decision cannot confirm it as well, or ""; all others can."""
    if dispute.decided_by_id != moderator_id:
        return ""
    order = dispute.order
    if set(moderators) - {moderator_id, order.buyer_id, order.seller_id}:
        return _("A second moderator has to look at this amount.")
    assert dispute.decided_at is not None  # noqa: S101
    if at < dispute.decided_at + order.terms.rules.second_person_wait:
        return _("There is no second moderator: sleep on it, and confirm it a day later.")
    return ""


def waive(*, order_id: uuid.UUID, actor_id: int, at: datetime) -> None:
    """Row 41: a side agrees with the decision; when both do, it is carried out at once."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.WAIVE, by, at)
        apply(order, Action.WAIVE, by, at)
        dispute = running(order)
        dispute.buyer_waived = dispute.buyer_waived or by.role == Actor.BUYER
        dispute.seller_waived = dispute.seller_waived or by.role == Actor.SELLER
        dispute.save(update_fields=["buyer_waived", "seller_waived"])
        if dispute.buyer_waived and dispute.seller_waived:
            enforce(order, at)


def enforce(order: Order, at: datetime) -> None:
    """Row 41: one refund and one release, to the minor unit; nothing for the seller means cancelled."""
    check(order, Action.ENFORCE, SYSTEM, at)
    dispute = running(order)
    part = _part(dispute)
    fields = {"percent": part.percent}
    change = division.end(order, Action.ENFORCE, SYSTEM, part, at, fault=Fault.DECISION, fields=fields)
    division.close(dispute, Outcome.ENFORCED, at)
    notices.tell_both(
        change, "order_dispute_ended", refund=part.refund, receives=part.seller_receives, clears=order.clears_at
    )
