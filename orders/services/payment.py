"""The payment of an order: what it begins, and what becomes of pages that nobody pays on (rows 4 and 5)."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from orders import deadlines
from orders.models import Order, OrderPayment, PaymentState, Purpose, Timer
from orders.services import clocks, extras, notices
from orders.services.transition import PAYMENT, SYSTEM, Change, apply, lock
from orders.situations import missing_questions
from orders.states import Action, Actor, State
from payments import api as payments
from payments.contracts import PayoutGate
from payments.events import ChargeExpired


def begin(order: Order, asked: OrderPayment, at: datetime) -> bool:
    """Row 4: the clock starts, or the seller's questions are open. False where nobody waits for it any more."""
    if order.state != State.PENDING_PAYMENT:
        return False
    asked.settle(PaymentState.PAID, at)
    missing = missing_questions(order.terms.questions, list(order.answers.all()))
    fields = {"paid_at": at}
    if missing:
        timers = clocks.requirements(at, order.terms)
        change = apply(order, Action.PAY, PAYMENT, at, target=State.AWAITING_REQUIREMENTS, fields=fields, timers=timers)
    else:
        due = deadlines.due_at(at, order.running_terms)
        change = apply(
            order, Action.PAY, PAYMENT, at, target=State.IN_PROGRESS,
            fields=fields | {"started_at": at, "due_at": due}, timers=clocks.work(at, due, order.running_terms),
        )  # fmt: skip
    notices.open_talk(order, at)
    _tell_paid(change, len(missing))
    return True


def _tell_paid(change: Change, missing: int) -> None:
    order = change.order
    until = {"due": order.due_at} if order.due_at else {}
    cannot_be_paid = payments.payout_status(order.seller_id).gate != PayoutGate.OPEN
    seller = {"receives": order.receives_at_stake, "needs_payouts": cannot_be_paid, **until}
    notices.tell(change, Actor.SELLER, "order_new", missing=missing, **seller)
    notices.tell(change, Actor.BUYER, "order_receipt", missing=missing, amount=order.all_in, **until)


def record_expiry(fact: ChargeExpired, order_id: uuid.UUID) -> None:
    """Nobody can pay any more; an order that was waiting ends without anybody owing anything."""
    with transaction.atomic():
        order, at = lock(order_id, fact.at)
        asked = order.payments.filter(charge_id=fact.charge_id, state=PaymentState.ASKED).first()
        if asked is None:
            return
        asked.settle(PaymentState.LAPSED, at)
        nothing_to_close(order)
        if order.state == State.PENDING_PAYMENT and asked.purpose == Purpose.ORDER:
            apply(order, Action.EXPIRE, PAYMENT, at)
        if asked.purpose == Purpose.EXTRA:
            extras.lapse(order, asked, at)


def ask_expiry(order: Order, at: datetime) -> None:
    """The window is over: the provider is asked to close the page; its answer decides. Asked again until it comes."""
    again = {Action.ASK_EXPIRY.value: at + order.terms.rules.payment_window}
    apply(order, Action.ASK_EXPIRY, SYSTEM, at, timers=again)
    _request_expiry(order, at)


def nothing_to_close(order: Order) -> None:
    """With the last page that was open goes the timer that would close it."""
    if not order.payments.filter(state=PaymentState.ASKED).exists():
        Timer.objects.drop(order, [Action.CLOSE_PAYMENT])


def close_further(order: Order, at: datetime) -> None:
    """Row 5d: the same for what was asked on top of the order."""
    again = {Action.CLOSE_PAYMENT.value: at + order.terms.rules.payment_window}
    still_open = order.payments.filter(state=PaymentState.ASKED).exists()
    drop = [] if still_open else [Action.CLOSE_PAYMENT]
    apply(order, Action.CLOSE_PAYMENT, SYSTEM, at, timers=again if still_open else {}, drop=drop)
    _request_expiry(order, at)


def _request_expiry(order: Order, at: datetime) -> None:
    for asked in order.payments.filter(state=PaymentState.ASKED, closes_at__lte=at):
        payments.request_expiry(asked.charge_id, at)
