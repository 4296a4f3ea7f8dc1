"""A payment came: what it was asked for decides what it does; money that nobody waits for goes back whole."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from orders.models import Order, OrderEvent, OrderPayment, PaymentState, Purpose
from orders.services import extras, holds, notices, payment, steps, tips
from orders.services.transition import PAYMENT, apply, lock
from orders.states import Action, Actor, State
from payments import api as payments
from payments.contracts import RefundRequest
from payments.events import ChargeCaptured

# Each takes the money for what it was asked for; False where nobody waits for it any more.
_PAID: dict[str, Callable[[Order, OrderPayment, datetime], bool]] = {
    Purpose.ORDER: payment.begin,
    Purpose.EXTRA: extras.take,
    Purpose.STEP: steps.step_paid,
    Purpose.TIP: tips.tip_paid,
}


def record_capture(fact: ChargeCaptured, order_id: uuid.UUID) -> None:
    """The money is there. The same fact again changes nothing."""
    with transaction.atomic():
        order, at = lock(order_id, fact.at)
        asked = OrderPayment.objects.select_related("order").filter(order=order, charge_id=fact.charge_id).first()
        if _is_settled(order, asked, fact):
            return
        if asked and fact.amount == asked.all_in and _PAID[asked.purpose](order, asked, at):
            holds.begin_if_suspended(order, at)
        else:
            _give_back(order, asked, fact, at)
        payment.nothing_to_close(order)


def _is_settled(order: Order, asked: OrderPayment | None, fact: ChargeCaptured) -> bool:
    if asked:
        return asked.state in (PaymentState.PAID, PaymentState.RETURNED)
    returned = OrderEvent.objects.filter(order=order, action=Action.RETURN_PAYMENT)
    return returned.filter(data__charge_id=str(fact.charge_id)).exists()


def _give_back(order: Order, asked: OrderPayment | None, fact: ChargeCaptured, at: datetime) -> None:
    is_first = asked is not None and asked.purpose == Purpose.ORDER
    waited_for = is_first and order.state == State.PENDING_PAYMENT
    action = Action.REJECT_PAYMENT if waited_for else Action.RETURN_PAYMENT
    data = {
        "charge_id": str(fact.charge_id),
        "amount_minor": fact.amount.amount_minor,
        "currency": fact.amount.currency,
    }
    change = apply(order, action, PAYMENT, at, data=data)
    if asked:
        asked.settle(PaymentState.RETURNED, at)
    key = f"order:{order.pk}:return:{fact.charge_id}"
    payments.refund(RefundRequest(key=key, charge_id=fact.charge_id, amount=fact.amount, reason=action), at)
    notices.tell(change, Actor.BUYER, "order_payment_returned", amount=fact.amount)
