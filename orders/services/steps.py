"""Work in steps: each is paid for when the one before is accepted, and the buyer may stop after any (rows 30, 31)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.kernel.money import Money
from orders import deadlines
from orders.models import Order, OrderPayment, PaymentState, Purpose, Timer
from orders.services import clocks, funds, notices, placing, records
from orders.services.transition import PAYMENT, SYSTEM, By, apply, check, lock, party
from orders.states import Action, Actor, State
from payments import api as payments
from payments.contracts import ChargeLine


def fund_step(*, order_id: uuid.UUID, actor_id: int, at: datetime, address: str = "") -> None:
    """Row 30: asks for the next step's payment. Raises Conflict where one is open, or the seller cannot be paid."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.FUND_STEP, by, at)
        placing.check_seller(order.seller_id, at)
        following = order.step + 1
        change = apply(order, Action.FUND_STEP, by, at, data={"step": following})
        line, price = order.terms.lines[following], Money(order.terms.steps[following].price_minor, order.currency)
        funds.ask(
            order, key=f"step:{change.event.version}", purpose=Purpose.STEP, price=price,
            buyer_fee=funds.further_fee(order, price), lines=[ChargeLine(line.title, 1, price)],
            at=at, address=address, step=following,
        )  # fmt: skip


def step_paid(order: Order, asked: OrderPayment, at: datetime) -> bool:
    """Row 30b: what was at stake is done, the next step begins. False where nobody waits for it any more."""
    if order.state != State.AWAITING_FUNDING or asked.step != order.step + 1:
        return False
    asked.settle(PaymentState.PAID, at)
    terms = order.terms.of_step(asked.step)
    due = deadlines.due_at(at, terms)
    change = apply(
        order, Action.PAY_STEP, PAYMENT, at, data={"step": asked.step},
        fields={**_done(order, asked), **_fresh(), "started_at": at, "due_at": due}, timers=clocks.work(at, due, terms),
    )  # fmt: skip
    notices.tell(change, Actor.SELLER, "order_step_paid", **_facts(order), amount=order.receives_at_stake, due=due)
    notices.tell(change, Actor.BUYER, "order_step_paid", **_facts(order), amount=asked.all_in, due=due)
    return True


def _done(order: Order, asked: OrderPayment) -> dict[str, Any]:
    """The books of the steps: all that was at stake moves to what is done."""
    fee = order.terms.rules.seller_fee(order.price_at_stake)
    return {
        "step": asked.step,
        "done_price_minor": order.price_minor,
        "done_buyer_fee_minor": order.buyer_fee_minor,
        "done_seller_fee_minor": order.done_seller_fee_minor + fee.amount_minor,
        "price_minor": order.price_minor + asked.price_minor,
        "buyer_fee_minor": order.buyer_fee_minor + asked.buyer_fee_minor,
    }


def _fresh() -> dict[str, Any]:
    """A step begins as an order does."""
    return {
        "work_started_at": None, "is_late": False, "is_very_late": False, "was_delivered": False,
        "review_extended": False, "revisions_used": 0, "pauses_used": 0,
        "clears_at": None, "cleared_at": None, "cleared_fast": False,
    }  # fmt: skip


def _facts(order: Order) -> dict[str, object]:
    steps = order.terms.steps
    return {"number": order.step + 1, "count": len(steps), "step": steps[order.step].title}


def stop(*, order_id: uuid.UUID, actor_id: int, at: datetime) -> None:
    """Row 31: the buyer goes no further; what is accepted stays accepted."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        _end(order, Action.STOP, party(order, actor_id), at)


def lapse_funding(order: Order, at: datetime) -> None:
    """Row 31b. A payment page that is still open is closed first: whoever pays on it in time is not left out."""
    asked = order.payments.filter(state=PaymentState.ASKED, purpose=Purpose.STEP).first()
    if asked is None:
        _end(order, Action.LAPSE_FUNDING, SYSTEM, at)
        return
    check(order, Action.LAPSE_FUNDING, SYSTEM, at)
    if asked.closes_at <= at:
        payments.request_expiry(asked.charge_id, at)
    wait = at + order.terms.rules.payment_window
    Timer.objects.put(order, {Action.LAPSE_FUNDING: asked.closes_at if asked.closes_at > at else wait})


def _end(order: Order, action: Action, by: By, at: datetime) -> None:
    check(order, action, by, at)
    until = at + order.terms.rules.review_window
    fields = {"completed_at": at, "review_until": until}
    change = apply(order, action, by, at, fields=fields, timers={Action.REVEAL_REVIEWS: until})
    records.count(order.seller_id, completed=1)
    for asked in order.payments.filter(state=PaymentState.ASKED, purpose=Purpose.STEP):
        payments.request_expiry(asked.charge_id, at)
    facts = {"done": order.step + 1, "count": len(order.terms.steps), "stopped": action == Action.STOP}
    notices.tell(change, Actor.SELLER, "order_stopped", **facts)
    if by.role == Actor.SYSTEM:
        notices.tell(change, Actor.BUYER, "order_stopped", **facts)
