"""The sweep: whatever has fallen due is done, once, in due order per order.

Two sweepers share the work: each order is locked with SKIP LOCKED in a transaction of its own, its
due timers are read again under the lock, and the action's guard decides. A worker that dies half-way
leaves the timer in place; so does an action that fails, which is tried again after longer and longer rests.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, Min

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

_SHORTEST_REST, _LONGEST_REST = timedelta(seconds=10), timedelta(hours=1)
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
            _rest(pk, at)
    return fired


def _rest(order_id: uuid.UUID, at: datetime) -> None:
    """Nothing of the order was kept. Orders that fail again and again must not fill every batch."""
    due = Timer.objects.filter(order_id=order_id, due_at__lte=at)
    failures = due.aggregate(most=Max("failures"))["most"] or 0
    rest = min(_SHORTEST_REST * 2 ** min(failures, 10), _LONGEST_REST)
    due.update(failures=F("failures") + 1, retry_at=at + rest)


def _candidates(at: datetime, order_id: uuid.UUID | None, limit: int) -> list[uuid.UUID]:
    due = Timer.objects.filter(order_id=order_id, due_at__lte=at) if order_id else Timer.objects.ready(at)
    first = due.values("order_id").annotate(first=Min("due_at")).order_by("first")
    return list(first.values_list("order_id", flat=True)[:limit])


def _run_order(order_id: uuid.UUID, at: datetime) -> int:
    with transaction.atomic():
        order = Order.objects.select_for_update(skip_locked=True).filter(pk=order_id, charged_back_at=None).first()
        if order is None:
            return 0
        for fired in range(_PER_ORDER):
            timer = Timer.objects.filter(order=order).due(at).first()
            if timer is None:
                return fired
            _fire(order, timer, max(at, order.last_event_at))
    return _PER_ORDER


def _fire(order: Order, timer: Timer, at: datetime) -> None:
    """Raises whatever the action raises: only a timer that is out of date may be dropped, never a deadline."""
    try:
        check(order, Action(timer.kind), SYSTEM, at)
    except DomainError as error:
        # The table or a guard says no: the timer belongs to a state that is over.
        logger.warning("timer %s of order %s dropped: %s", timer.kind, order.pk, error)
        timer.delete()
        return
    HANDLERS[timer.kind](order, at)


def next_timer(order_id: uuid.UUID) -> datetime | None:
    """When something happens to an order by itself, or None."""
    return Timer.objects.filter(order_id=order_id).order_by("due_at").values_list("due_at", flat=True).first()
