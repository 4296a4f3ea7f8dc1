"""The buyer's bank takes a payment back (rows 43 to 46): the order rests until it is decided."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from orders.models import Dispute, Fault, Order, Outcome, Phase, Timer
from orders.services import funds, notices
from orders.services.transition import PAYMENT, Change, apply, lock
from orders.states import ENDED, Action, State
from payments.contracts import ChargebackLost, ChargebackOpened, ChargebackWon

# Moments that stand on the order for pages to show; they move with the timers.
_SHOWN = ("due_at", "clears_at", "review_until")


def record_opened(fact: ChargebackOpened, order_id: uuid.UUID) -> None:
    """Row 43: every clock stops, nothing moves."""
    with transaction.atomic():
        order, at = lock(order_id, fact.at)
        if order.charged_back_at is not None or order.paid_at is None:
            return
        data = {"reason": fact.reason, "amount_minor": fact.amount.amount_minor, "currency": fact.amount.currency}
        change = apply(order, Action.CHARGE_BACK, PAYMENT, at, data=data, fields={"charged_back_at": at})
        notices.tell_both(change, "order_charged_back", amount=fact.amount)


def record_won(fact: ChargebackWon, order_id: uuid.UUID) -> None:
    """Row 44: the clocks go on with what was left of them."""
    with transaction.atomic():
        order, at = lock(order_id, fact.at)
        if order.charged_back_at is None:
            return
        change = apply(order, Action.WIN_CHARGEBACK, PAYMENT, at, fields=_resumed(order, at))
        notices.tell_both(change, "order_chargeback_won", amount=fact.amount)


def record_lost(fact: ChargebackLost, order_id: uuid.UUID) -> None:
    """Row 45: an order that ran is over, what the hold still has goes back to the buyer. Row 46: one that had ended
    stays as it is; payments has settled who bears it.
    """
    with transaction.atomic():
        order, at = lock(order_id, fact.at)
        if order.paid_at is None:
            return
        data = {"amount_minor": fact.amount.amount_minor, "currency": fact.amount.currency}
        if order.state in ENDED:
            change = apply(order, Action.LOSE_CHARGEBACK, PAYMENT, at, data=data, fields=_resumed(order, at))
        else:
            change = _end(order, at, data)
        if order.state == State.CANCELLED and fact.left:
            funds.refund(change, fact.left, Action.LOSE_CHARGEBACK)
        notices.tell_both(change, "order_chargeback_lost", amount=fact.amount)


def _end(order: Order, at: datetime, data: dict[str, Any]) -> Change:
    claimed = Dispute.objects.filter(order=order, closed_at=None).first()
    change = apply(
        order, Action.LOSE_CHARGEBACK, PAYMENT, at,
        target=State.CANCELLED, data=data, fields={"charged_back_at": None, "fault": Fault.NEUTRAL},
    )  # fmt: skip
    if claimed:
        claimed.phase, claimed.outcome, claimed.closed_at = Phase.CLOSED, Outcome.BANK, at
        claimed.save(update_fields=["phase", "outcome", "closed_at"])
    return change


def _resumed(order: Order, at: datetime) -> dict[str, Any]:
    """Ends the rest: every timer, and every moment shown, moves by as long as it took."""
    began = order.charged_back_at
    if began is None:
        return {}
    gap = at - began
    Timer.objects.filter(order=order).update(due_at=F("due_at") + gap, failures=0, retry_at=None)
    moments = {name: getattr(order, name) for name in _SHOWN}
    moved = {name: moment + gap for name, moment in moments.items() if moment and moment > began}
    return {"charged_back_at": None, **moved}
