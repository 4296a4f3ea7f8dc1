"""Thanks in money, after the end (row 47): a payment of its own, all of it the seller's, and never at stake."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.money import Money
from orders import deadlines
from orders.models import Order, OrderPayment, PaymentState, Purpose
from orders.services import clearing, funds, notices, placing, records
from orders.services.transition import PAYMENT, apply, check, lock, party
from orders.states import Action, State
from payments import api as payments
from payments.contracts import ChargeLine, ReleaseRequest


def tip(*, order_id: uuid.UUID, actor_id: int, amount: Money, at: datetime) -> None:
    """Row 47. Raises InvalidInput at ``amount``, Conflict where a tip waits to be paid or the seller cannot be paid."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.TIP, by, at)
        _check(order, amount)
        placing.check_seller(order.seller_id, at)
        if not accounts.is_active(order.seller_id):
            raise Conflict(_("This seller has left. They can be sent nothing any more."), code="seller_left")
        change = apply(order, Action.TIP, by, at, data={"amount_minor": amount.amount_minor})
        funds.ask(
            order, key=f"tip:{change.event.version}", purpose=Purpose.TIP, price=amount, buyer_fee=amount - amount,
            lines=[ChargeLine(_("Tip"), 1, amount)], at=at,
        )  # fmt: skip


def _check(order: Order, amount: Money) -> None:
    try:
        if amount.currency != order.currency:
            raise InvalidInput(_("A tip is in the order's currency."))
        payments.check_charge(amount)
    except (InvalidInput, payments.AmountOutOfRange) as error:
        raise InvalidInput(error.message, fields={"amount": error.message}) from error


def tip_paid(order: Order, asked: OrderPayment, at: datetime) -> bool:
    """Row 47b: all of it is released at once, and clears like a small order that was accepted."""
    if order.state != State.COMPLETED:
        return False
    asked.settle(PaymentState.PAID, at)
    change = apply(order, Action.PAY_TIP, PAYMENT, at, data={"amount_minor": asked.price_minor})
    nothing = asked.price - asked.price
    payments.release(
        ReleaseRequest(
            key=f"{change.key}:release:{asked.charge_id}", charge_id=asked.charge_id, payee_id=order.seller_id,
            price=asked.price, seller_fee=nothing, buyer_fee=nothing,
        ),
        at,
    )  # fmt: skip
    rules = order.terms.rules
    standing = records.standing(order.seller_id, order.currency, at, rules)
    fast = deadlines.clears_fast(asked.price, standing, rules)
    until = at + deadlines.clearing(asked.price, accepted_by_buyer=True, standing=standing, rules=rules)
    clearing.begin(change, [asked.charge_id], until, fast=fast)
    notices.tell_both(change, "order_tip", amount=asked.price, clears=until)
    return True
