"""Money may be held for about 90 days: after 85 the order is divided as its terms say (row 46b)."""

from __future__ import annotations

import uuid

from django.db import transaction

from orders.models import Dispute, Fault, Order, Outcome, Phase
from orders.services import division, notices
from orders.services.transition import PAYMENT, lock
from orders.splits import split
from orders.stakes import stake_of
from orders.states import ACTIVE, Action, State
from payments.events import MoneyOverdue


def record_overdue(fact: MoneyOverdue, order_id: uuid.UUID) -> None:
    """Of what is at stake in a running order; money of an earlier step has been released before."""
    with transaction.atomic():
        order, at = lock(order_id, fact.at)
        running = (ACTIVE | {State.DISPUTED}) - {State.AWAITING_FUNDING}  # between two steps nothing is held
        if order.state not in running or order.charged_back_at is not None:
            return
        at_stake = stake_of(order)
        if fact.charge_id not in {piece.charge_id for piece in at_stake.pieces}:
            return
        dispute = Dispute.objects.filter(order=order, closed_at=None).select_related("appeal").first()
        part = split(at_stake, share_of_seller(order, dispute))
        change = division.end(order, Action.DIVIDE_OVERDUE, PAYMENT, part, at, fault=Fault.NEUTRAL)
        if dispute:
            division.close(dispute, Outcome.OVERDUE, at)
        notices.tell_both(change, "order_overdue", refund=part.refund, receives=part.seller_receives)


def share_of_seller(order: Order, dispute: Dispute | None) -> int:
    """Percent of the price: what was decided, else as the frozen terms say."""
    rules = order.terms.rules
    if dispute is None:
        return rules.overdue_delivered_percent if order.was_delivered else rules.overdue_undelivered_percent
    was_decided = dispute.phase == Phase.DECIDED or hasattr(dispute, "appeal")
    return dispute.percent if was_decided and dispute.percent is not None else rules.overdue_disputed_percent
