"""The sweep: whatever has fallen due is done, once, in due order per order.

Two sweepers share the work: each order is locked with SKIP LOCKED in a transaction of its own, its
due timers are read again under the lock, and the action's guard decides. A worker that dies half-way
leaves the timer in place.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Min

from marketplace.kernel.errors import DomainError
from orders.models import Order, Timer
from orders.services import acceptance, cancelling, decisions, disputes, payment, requirements, reviews, work
from orders.services.transition import SYSTEM, check
from orders.states import Action

logger = logging.getLogger(__name__)

HANDLERS: dict[str, Callable[[Order, datetime], None]] = {
    Action.ASK_EXPIRY: payment.ask_expiry,
    Action.REMIND_REQUIREMENTS: requirements.remind,
    Action.GIVE_UP_WAITING: cancelling.give_up_waiting,
    Action.WARN_DEADLINE: work.warn,
    Action.BECOME_LATE: work.become_late,
    Action.BECOME_VERY_LATE: work.become_very_late,
    Action.HARD_STOP: cancelling.hard_stop,
    Action.REMIND_ACCEPTANCE: acceptance.remind,
    Action.AUTO_ACCEPT: acceptance.auto_accept,
    Action.DEFAULT_DISPUTE: disputes.default_dispute,
    Action.END_NEGOTIATION: disputes.end_negotiation,
    Action.ESCALATE: disputes.escalate,
    Action.ENFORCE: decisions.enforce,
    Action.CLEAR: acceptance.clear,
    Action.REVEAL_REVIEWS: reviews.reveal,
}

_PER_ORDER = 20  # a timer may set the next one; more than this in one go is a mistake


def run_due(at: datetime, order_id: uuid.UUID | None = None, limit: int = 200, seconds: float = 20) -> int:
    """Applies what is due at ``at``, the longest overdue orders first; returns how many timers fired.

    Bounded in orders and in time; what remains is taken by the next run.
    """
    started, fired = time.monotonic(), 0
    for pk in _candidates(at, order_id, limit):
        if time.monotonic() - started > seconds:
            break
        try:
            fired += _run_order(pk, at)
        except Exception:
            # One broken order must not stop the clock of all others.
            logger.exception("timers of order %s failed", pk)
    return fired


def _candidates(at: datetime, order_id: uuid.UUID | None, limit: int) -> list[uuid.UUID]:
    due = Timer.objects.filter(due_at__lte=at)
    if order_id:
        due = due.filter(order_id=order_id)
    first = due.values("order_id").annotate(first=Min("due_at")).order_by("first")
    return list(first.values_list("order_id", flat=True)[:limit])


def _run_order(order_id: uuid.UUID, at: datetime) -> int:
    with transaction.atomic():
        order = Order.objects.select_for_update(skip_locked=True).filter(pk=order_id).first()
        if order is None:
            return 0
        for fired in range(_PER_ORDER):
            timer = Timer.objects.filter(order=order).due(at).first()
            if timer is None:
                return fired
            _fire(order, timer, max(at, order.last_event_at))
    return _PER_ORDER


def carry_out(order: Order, kind: str, at: datetime) -> None:
    """Applies one system action to a locked order. Raises IllegalTransition or Conflict where it is not the time."""
    check(order, Action(kind), SYSTEM, at)
    HANDLERS[kind](order, at)


def _fire(order: Order, timer: Timer, at: datetime) -> None:
    try:
        with transaction.atomic():
            carry_out(order, timer.kind, at)
    except DomainError as error:
        # The table or a guard says no: the timer belongs to a state that is over.
        logger.warning("timer %s of order %s dropped: %s", timer.kind, order.pk, error)
        Timer.objects.filter(pk=timer.pk).delete()
        order.refresh_from_db()


def next_timer(order_id: uuid.UUID) -> datetime | None:
    """When something happens to an order by itself, or None."""
    return Timer.objects.filter(order_id=order_id).order_by("due_at").values_list("due_at", flat=True).first()
