"""What the payment provider's facts do to an order (rows 4 and 5)."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from orders import deadlines
from orders.models import Order, OrderEvent
from orders.services import clocks, notices
from orders.services.transition import PAYMENT, SYSTEM, Change, apply, lock
from orders.situations import missing_questions
from orders.states import Action, Actor, State
from payments import api as payments
from payments.contracts import ChargeCaptured, ChargeExpired, PayoutGate, RefundRequest


def record_capture(fact: ChargeCaptured, order_id: uuid.UUID) -> None:
    """The money is there: the order begins, or, where nobody waits for it, all of it goes back."""
    with transaction.atomic():
        order, at = lock(order_id, fact.at)
        if _is_settled(order, fact):
            return
        if order.state != State.PENDING_PAYMENT or fact.charge_id != order.charge_id:
            _give_back(order, Action.RETURN_PAYMENT, fact, at)
        elif fact.amount != order.all_in:
            _give_back(order, Action.REJECT_PAYMENT, fact, at)
        else:
            _begin(order, at)


def _is_settled(order: Order, fact: ChargeCaptured) -> bool:
    if order.paid_at is not None and fact.charge_id == order.charge_id:
        return True
    returned = [Action.RETURN_PAYMENT, Action.REJECT_PAYMENT]
    return OrderEvent.objects.filter(
        order=order, action__in=returned, data__charge_id=str(fact.charge_id)
    ).exists()  # fmt: skip


def _give_back(order: Order, action: Action, fact: ChargeCaptured, at: datetime) -> None:
    data = {
        "charge_id": str(fact.charge_id),
        "amount_minor": fact.amount.amount_minor,
        "currency": fact.amount.currency,
    }
    change = apply(order, action, PAYMENT, at, data=data)
    key = f"order:{order.pk}:return:{fact.charge_id}"
    payments.refund(RefundRequest(key=key, charge_id=fact.charge_id, amount=fact.amount, reason=action), at)
    notices.tell(change, Actor.BUYER, "order_payment_returned", amount=fact.amount)


def _begin(order: Order, at: datetime) -> None:
    missing = missing_questions(order.terms.questions, list(order.answers.all()))
    fields = {"paid_at": at}
    if missing:
        timers = clocks.requirements(at, order.terms)
        change = apply(order, Action.PAY, PAYMENT, at, target=State.AWAITING_REQUIREMENTS, fields=fields, timers=timers)
    else:
        due = deadlines.due_at(at, order.terms)
        change = apply(
            order, Action.PAY, PAYMENT, at, target=State.IN_PROGRESS,
            fields=fields | {"started_at": at, "due_at": due}, timers=clocks.work(at, due, order.terms),
        )  # fmt: skip
    notices.open_talk(order, at)
    _tell_paid(change, len(missing))


def _tell_paid(change: Change, missing: int) -> None:
    order = change.order
    until = {"due": order.due_at} if order.due_at else {}
    cannot_be_paid = payments.payout_status(order.seller_id).gate != PayoutGate.OPEN
    seller = {"receives": order.terms.seller_receives, "needs_payouts": cannot_be_paid, **until}
    notices.tell(change, Actor.SELLER, "order_new", missing=missing, **seller)
    notices.tell(change, Actor.BUYER, "order_receipt", missing=missing, amount=order.all_in, **until)


def record_expiry(fact: ChargeExpired, order_id: uuid.UUID) -> None:
    """Nobody can pay any more; an order that was waiting ends without anybody owing anything."""
    with transaction.atomic():
        order, at = lock(order_id, fact.at)
        if order.state == State.PENDING_PAYMENT and fact.charge_id == order.charge_id:
            apply(order, Action.EXPIRE, PAYMENT, at)


def ask_expiry(order: Order, at: datetime) -> None:
    """The window is over: the provider is asked to close the page; its answer decides. Asked again until it comes."""
    again = {Action.ASK_EXPIRY.value: at + order.terms.rules.payment_window}
    apply(order, Action.ASK_EXPIRY, SYSTEM, at, timers=again)
    if order.charge_id:
        payments.request_expiry(order.charge_id, at)
