"""Orders that the seller agrees to before anybody pays (rows 1 and 2)."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from orders.models import Order
from orders.services import clocks, notices, placing
from orders.services.acceptance import written
from orders.services.transition import SYSTEM, apply, check, lock, party
from orders.states import Action, Actor


def accept_request(*, order_id: uuid.UUID, actor_id: int, at: datetime) -> None:
    """Row 2: the buyer is asked to pay, and has longer for it than somebody who sits before the page."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        timers = clocks.payment_window(at, order.terms)
        by = party(order, actor_id)
        check(order, Action.ACCEPT_REQUEST, by, at)
        placing.ask_payment(order, at)
        change = apply(order, Action.ACCEPT_REQUEST, by, at, timers=timers)
        until = at + order.terms.payment_window
        notices.tell(change, Actor.BUYER, "order_agreed", amount=order.all_in, until=until)


def decline_request(*, order_id: uuid.UUID, actor_id: int, reason: str, at: datetime) -> None:
    """Row 2b. Raises InvalidInput without a reason."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.DECLINE_REQUEST, by, at)
        reason = written(reason, "reason", _("Tell the buyer in a sentence why, so that they can ask somebody else."))
        change = apply(order, Action.DECLINE_REQUEST, by, at, data={"reason": reason})
        notices.tell(change, Actor.BUYER, "order_declined", reason=reason[:500])


def withdraw_request(*, order_id: uuid.UUID, actor_id: int, at: datetime) -> None:
    """Row 2d: the buyer takes it back."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        change = apply(order, Action.WITHDRAW_REQUEST, party(order, actor_id), at)
        notices.tell(change, Actor.SELLER, "order_request_withdrawn")


def lapse_request(order: Order, at: datetime) -> None:
    """Row 2c: no answer in time."""
    change = apply(order, Action.LAPSE_REQUEST, SYSTEM, at)
    notices.tell_both(change, "order_request_lapsed")
