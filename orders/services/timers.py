"""The sweep: whatever has fallen due is done, once, in due order per order.

Any number of sweepers share the work. Timers that only flag or remind are done many orders at a time
(``flags``), all others order by order: locked with SKIP LOCKED in a transaction of its own, its
due timers are read again under the lock, and the action's guard decides. A worker that dies half-way
leaves the timer in place; so does an action that fails, which is tried again after longer and longer rests.
No commit of theirs waits for the disk: a database that loses its power forgets the last of them whole, their timers
are due again, and nothing was sent meanwhile (ADR 25).
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.db import transaction
from django.db.models import F, Max, QuerySet

from marketplace.kernel.errors import DomainError
from marketplace.kernel.hurry import unhurried
from marketplace.kernel.postgresql.commits import WithoutWaiting
from marketplace.kernel.prepared import Prepared, prepared
from orders.models import Order, Timer
from orders.services import (
    acceptance,
    cancelling,
    clearing,
    decisions,
    disputes,
    flags,
    holds,
    pausing,
    payment,
    proposals,
    requests,
    reviews,
    settling,
    steps,
)
from orders.services.transition import SYSTEM, check
from orders.states import Action

logger = logging.getLogger(__name__)

HANDLERS: dict[str, Callable[[Order, datetime], None]] = {
    Action.LAPSE_REQUEST: requests.lapse_request,
    Action.ASK_EXPIRY: payment.ask_expiry,
    Action.CLOSE_PAYMENT: payment.close_further,
    Action.GIVE_UP_WAITING: cancelling.give_up_waiting,
    Action.RESUME: pausing.resume,
    Action.HARD_STOP: cancelling.hard_stop,
    Action.CANCEL_BY_SILENCE: proposals.cancel_by_silence,
    Action.EXPIRE_PROPOSAL: proposals.expire,
    Action.AUTO_ACCEPT: acceptance.auto_accept,
    Action.LAPSE_FUNDING: steps.lapse_funding,
    Action.REMIND_ANSWER: disputes.remind_answer,
    Action.DEFAULT_DISPUTE: disputes.default_dispute,
    Action.END_NEGOTIATION: disputes.end_negotiation,
    Action.ESCALATE: disputes.escalate,
    Action.SETTLE: settling.settle,
    Action.ENFORCE: decisions.enforce,
    Action.CLEAR: clearing.clear,
    Action.REVEAL_REVIEWS: reviews.reveal,
    Action.DISPOSE: holds.dispose,
    **flags.HANDLERS,
}

_SHORTEST_REST, _LONGEST_REST = timedelta(seconds=10), timedelta(hours=1)
FLAGS_AT_ONCE = 40  # they hold their locks until all are done
ORDERS_AT_ONCE = 25
_PER_ORDER = 20  # a timer may set the next one; more than this in one go is a mistake


@dataclass(frozen=True, slots=True)
class Swept:
    """How many timers fired, and whether the run ended before it came to the last."""

    fired: int
    more: bool


def run_due(at: datetime, order_id: uuid.UUID | None = None, limit: int = 10_000, seconds: float = 20) -> int:
    """Applies what is due at ``at``, of one order or of all; returns how many timers fired."""
    if order_id is None:
        return sweep(at, limit=limit, seconds=seconds).fired
    fired = 0
    while fired < limit and (done := _each([order_id], at)):
        fired += done
    return fired


@unhurried()
def sweep(at: datetime, *, limit: int, seconds: float) -> Swept:
    """In turn a batch of flags and a few orders, the longest overdue first, until nothing is due.

    Bounded in timers and in time; what remains is taken by the next run.
    """
    started, fired = time.monotonic(), 0
    while fired < limit and time.monotonic() - started < seconds:
        batch = flags.run_batch(at, min(FLAGS_AT_ONCE, limit - fired))
        wanted = min(ORDERS_AT_ONCE, limit - fired)
        orders = candidates(at, wanted)
        done = batch.fired + _each([*batch.single, *orders], at)
        fired += done
        if not done and not batch.held and len(orders) < wanted:
            return Swept(fired, more=False)
    return Swept(fired, more=True)


def _each(orders: Iterable[uuid.UUID], at: datetime) -> int:
    """One after the other; one broken order must not stop the clock of all others."""
    fired = 0
    for pk in orders:
        try:
            fired += _run_order(pk, at)
        except Exception:
            logger.exception("timers of order %s failed", pk)
            _rest(pk, at)
    return fired


def _rest(order_id: uuid.UUID, at: datetime) -> None:
    """Nothing of the order was kept. Orders that fail again and again must not fill every batch."""
    due = Timer.objects.filter(order_id=order_id, due_at__lte=at)
    failures = due.aggregate(most=Max("failures"))["most"] or 0
    rest = min(_SHORTEST_REST * 2 ** min(failures, 10), _LONGEST_REST)
    due.update(failures=F("failures") + 1, retry_at=at + rest)


def candidates(at: datetime, limit: int) -> list[uuid.UUID]:
    """Orders with something due that is done singly, from the index alone, which is as quick whatever waits."""
    return list(dict.fromkeys(_ahead(limit).all(at)))


@cache
def _ahead(limit: int) -> Prepared[uuid.UUID]:
    def singly(at: datetime) -> QuerySet[Timer, uuid.UUID]:
        due = Timer.objects.ready(at).exclude(kind__in=flags.KINDS).order_by("due_at", "id")
        return due.values_list("order_id", flat=True)[:limit]

    return prepared(singly)


# All rows are locked, so that none is older than the lock: one statement instead of two.
_FIRST_DUE = prepared(
    lambda order, at: (
        Timer.objects.filter(order=order)
        .due(at)
        .select_related("order")
        .select_for_update(skip_locked=True, of=("self", "order"))
        .annotate(committed=WithoutWaiting())[:2]
    )
)
_FOLLOWING = prepared(lambda order, at: Timer.objects.filter(order=order).due(at)[:1])


def _run_order(order_id: uuid.UUID, at: datetime) -> int:
    """What is due of an order, in due order. What only its one timer set, and is due as well, is for the next round."""
    with transaction.atomic():
        due = _FIRST_DUE.all(order_id, at)
        if not due:
            return 0
        timer, order = due[0], due[0].order
        for fired in range(1, _PER_ORDER + 1):
            _fire(order, timer, max(at, order.last_event_at))
            following = _FOLLOWING.first(order_id, at) if len(due) > 1 else None
            if following is None:
                return fired
            timer = following
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
    return (
        Timer.objects.filter(order_id=order_id, due_at__isnull=False)
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
    )
