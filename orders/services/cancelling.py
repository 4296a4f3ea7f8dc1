"""Orders that end without work; the buyer gets everything back (rows 8 to 10, 14 to 18)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from orders.models import Fault, Order
from orders.services import disputes, funds, notices, records
from orders.services.acceptance import written
from orders.services.transition import SYSTEM, By, apply, check, lock, party
from orders.states import Action, State


def cancel(*, order_id: uuid.UUID, actor_id: int, at: datetime) -> None:
    """Row 8: the buyer, before the seller has what they need. Neutral."""
    _by_person(order_id, Action.CANCEL, actor_id, at, Fault.NEUTRAL)


def undo(*, order_id: uuid.UUID, actor_id: int, at: datetime) -> None:
    """Row 10: the buyer, within minutes of paying. Neutral."""
    _by_person(order_id, Action.UNDO, actor_id, at, Fault.NEUTRAL)


def _by_person(order_id: uuid.UUID, action: Action, actor_id: int, at: datetime, fault: Fault) -> None:
    with transaction.atomic():
        order, at = lock(order_id, at)
        _cancel(order, action, party(order, actor_id), at, fault)


def cancel_late(*, order_id: uuid.UUID, actor_id: int, at: datetime) -> None:
    """Rows 14 and 15: very late. Nothing delivered: all back at once; in a revision: a dispute begins."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        if order.state == State.IN_REVISION:
            disputes.open_for_lateness(order, Action.CANCEL_LATE, by, at)
        else:
            _cancel(order, Action.CANCEL_LATE, by, at, Fault.SELLER)


def seller_cancel(*, order_id: uuid.UUID, actor_id: int, reason: str, at: datetime) -> None:
    """Row 18: the seller cannot do it. Raises InvalidInput without a reason."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.SELLER_CANCEL, by, at)
        reason = written(reason, "reason", _("Tell the buyer in a sentence why."))
        _cancel(order, Action.SELLER_CANCEL, by, at, Fault.SELLER, reason)


def give_up_waiting(order: Order, at: datetime) -> None:
    """Row 9: two weeks without the answers. Neutral."""
    _cancel(order, Action.GIVE_UP_WAITING, SYSTEM, at, Fault.NEUTRAL)


def cancel_by_agreement(order: Order, by: By, at: datetime) -> None:
    """Row 22: what one side proposed, the other accepts. Counts against nobody."""
    _cancel(order, Action.ACCEPT_CANCEL, by, at, Fault.MUTUAL)


def cancel_by_silence(order: Order, at: datetime) -> None:
    """Row 23: nothing was delivered, and nobody answered the proposal to cancel. Neutral."""
    _cancel(order, Action.CANCEL_BY_SILENCE, SYSTEM, at, Fault.NEUTRAL)


def hard_stop(order: Order, at: datetime) -> None:
    """Rows 16 and 17: a week late."""
    if order.state == State.IN_REVISION:
        disputes.open_for_lateness(order, Action.HARD_STOP, SYSTEM, at)
    else:
        _cancel(order, Action.HARD_STOP, SYSTEM, at, Fault.SELLER)


def _cancel(order: Order, action: Action, by: By, at: datetime, fault: Fault, reason: str = "") -> None:
    check(order, action, by, at)
    fields: dict[str, Any] = {"fault": fault}
    timers: dict[str, datetime] = {}
    if order.was_delivered or order.step or fault == Fault.SELLER:
        fields["review_until"] = timers[Action.REVEAL_REVIEWS] = at + order.terms.rules.review_window
    broke_promise = fault == Fault.SELLER and order.is_late and not order.was_delivered
    change = apply(order, action, by, at, target=State.CANCELLED, data=_data(reason), fields=fields, timers=timers)
    funds.refund_whole(change)
    if broke_promise:
        records.count(order.seller_id, promised=1)
    notices.tell_both(
        change,
        "order_cancelled",
        amount=order.all_in_at_stake,
        reason=reason[:500],
        action=action,
        by=by.role,
        fault=fault,
    )


def _data(reason: str) -> dict[str, str]:
    return {"reason": reason} if reason else {}
