"""Timers that leave an order where it is and move no money: they flag it, or remind somebody (rows 9b, 13, 27b).

What each does is said once, as a ``Flag``, and carried out in two ways: for one order, and for many at
once in a handful of statements, which is how the sweep does it. Both write the same rows.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from itertools import groupby

from django.db import transaction
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Greatest

from marketplace.kernel.errors import DomainError
from marketplace.kernel.postgresql.commits import WithoutWaiting
from marketplace.kernel.prepared import Prepared, prepared, prepared_change
from orders import deadlines
from orders.models import Order, OrderEvent, Timer
from orders.services import notices
from orders.services.transition import SYSTEM, Change, apply, check, event_of
from orders.situations import Known, known_of
from orders.states import Action, Actor

logger = logging.getLogger(__name__)

_AT_A_TIME = 4  # sweepers who share what is due

Clocks = Mapping[str, datetime]  # the timers of an order that run


@dataclass(frozen=True, slots=True)
class Flag:
    """What a timer does: fields that become true, timers that go, when it fires again, who is told what."""

    drop: tuple[Action, ...]
    again: datetime | None = None
    fields: tuple[str, ...] = ()
    said: tuple[tuple[Actor, str, dict[str, object]], ...] = ()


def _remind_of_requirements(order: Order, at: datetime, clocks: Clocks) -> Flag:
    """Row 9b: before it comes to an end for want of answers, the buyer is reminded."""
    assert order.paid_at is not None  # noqa: S101 - the database allows no such state without it
    again = deadlines.next_requirements_reminder(order.paid_at, at, order.terms.rules)
    context = {"until": clocks[Action.GIVE_UP_WAITING], "amount": order.all_in_at_stake}
    return Flag((Action.REMIND_REQUIREMENTS,), again, said=((Actor.BUYER, "order_requirements", context),))


def _warn(order: Order, at: datetime, _clocks: Clocks) -> Flag:
    """Row 13, before it comes to that: the seller is warned."""
    assert order.due_at is not None  # noqa: S101 - work has a deadline
    again = deadlines.next_warning(order.due_at, at, order.running_terms)
    return Flag((Action.WARN_DEADLINE,), again, said=((Actor.SELLER, "order_deadline", {"due": order.due_at}),))


def _become_late(order: Order, _at: datetime, _clocks: Clocks) -> Flag:
    """Row 13: late is a flag; the work can still be delivered."""
    assert order.due_at is not None  # noqa: S101
    free = deadlines.very_late_at(order.due_at, order.running_terms)
    context = {"due": order.due_at, "free": free, "amount": order.all_in_at_stake, "first": not order.was_delivered}
    drop = (Action.BECOME_LATE, Action.WARN_DEADLINE)
    return Flag(drop, fields=("is_late",), said=_both("order_late", context))


def _become_very_late(order: Order, _at: datetime, _clocks: Clocks) -> Flag:
    assert order.due_at is not None  # noqa: S101
    stop = deadlines.hard_stop_at(order.due_at, order.running_terms)
    context = {"until": stop, "amount": order.all_in_at_stake, "first": not order.was_delivered}
    drop = (Action.BECOME_VERY_LATE, Action.BECOME_LATE, Action.WARN_DEADLINE)
    return Flag(drop, fields=("is_late", "is_very_late"), said=_both("order_very_late", context))


def _remind_of_acceptance(_order: Order, _at: datetime, clocks: Clocks) -> Flag:
    context: dict[str, object] = {"until": clocks[Action.AUTO_ACCEPT]}
    return Flag((Action.REMIND_ACCEPTANCE,), said=((Actor.BUYER, "order_check", context),))


def _both(kind: str, context: dict[str, object]) -> tuple[tuple[Actor, str, dict[str, object]], ...]:
    return (Actor.BUYER, kind, context), (Actor.SELLER, kind, context)


_FLAGS: dict[str, Callable[[Order, datetime, Clocks], Flag]] = {
    Action.REMIND_REQUIREMENTS: _remind_of_requirements,
    Action.WARN_DEADLINE: _warn,
    Action.BECOME_LATE: _become_late,
    Action.BECOME_VERY_LATE: _become_very_late,
    Action.REMIND_ACCEPTANCE: _remind_of_acceptance,
}
KINDS = tuple(_FLAGS)


# One order


def _fire(kind: Action, order: Order, at: datetime) -> None:
    clocks = {timer.kind: timer.due_at for timer in Timer.objects.filter(order=order) if timer.due_at}
    flag = _FLAGS[kind](order, at, clocks)
    timers = {kind.value: flag.again} if flag.again else {}
    drop = [one for one in flag.drop if one not in timers]
    change = apply(order, kind, SYSTEM, at, fields=dict.fromkeys(flag.fields, True), timers=timers, drop=drop)
    notices.tell_all(_said(change, flag))


def _said(change: Change, flag: Flag) -> list[notices.Word]:
    return [notices.Word(change, role, kind, context) for role, kind, context in flag.said]


HANDLERS: dict[str, Callable[[Order, datetime], None]] = {kind: partial(_fire, Action(kind)) for kind in KINDS}


# Many orders


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of one batch: how many orders it held, how many of their timers fired, and the orders whose timers
    have to be looked at singly. Of some that it held another sweeper may have been done a moment before."""

    held: int = 0
    fired: int = 0
    single: list[uuid.UUID] = field(default_factory=list)


def run_batch(at: datetime, limit: int) -> Batch:
    """The first due timer of up to ``limit`` orders, the longest overdue first, where it is one of ``KINDS``.

    One transaction, which holds its orders' locks until it ends; orders in somebody else's hands are left out.
    Where it fails nothing is kept, and the orders are for whoever goes through them one by one.
    """
    orders: list[Order] = []
    try:
        with transaction.atomic():
            orders = claim(at, limit)
            return Batch(len(orders), _apply_all(orders, at)) if orders else Batch()
    except Exception:
        if not orders:
            raise
        logger.exception("a batch of %s flags failed: one by one", len(orders))
        return Batch(len(orders), single=[order.pk for order in orders])


def claim(at: datetime, limit: int) -> list[Order]:
    """Orders, locked, whose first timer is due and one of ``KINDS``, so that an order's timers fire in due order."""
    return [timer.order for timer in _claims(limit).all(at)]


@cache
def _claims(limit: int) -> Prepared[Timer]:
    return prepared(lambda at: _first_due(at, limit))


def _first_due(at: datetime, limit: int) -> QuerySet[Timer]:
    """What is looked at is bounded first, by the index alone: only of that little the orders are joined, compared and
    locked. It is more than ``limit``, so that sweepers who come at the same time find something for each of them.
    """
    ahead = Timer.objects.ready(at).filter(kind__in=KINDS).order_by("due_at", "id").values("pk")[: limit * _AT_A_TIME]
    running = Timer.objects.filter(order=OuterRef("order"), due_at__isnull=False)
    first = Subquery(running.order_by("due_at", "id").values("pk")[:1])
    due = Timer.objects.filter(pk__in=ahead).filter(pk=first).order_by("due_at", "id")
    locked = due.select_related("order").select_for_update(skip_locked=True, of=("order",))
    return locked.annotate(committed=WithoutWaiting())[:limit]


@dataclass(slots=True)
class _Writes:
    """The rows of a batch, kind by kind."""

    events: list[OrderEvent] = field(default_factory=list)
    put: list[Timer] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    is_late: list[uuid.UUID] = field(default_factory=list)
    is_very_late: list[uuid.UUID] = field(default_factory=list)
    said: list[notices.Word] = field(default_factory=list)


_RUNNING = prepared(
    lambda order_ids: Timer.objects.filter(order__in=order_ids, due_at__isnull=False).order_by(
        "order_id", "due_at", "id"
    )
)


def _apply_all(orders: Sequence[Order], at: datetime) -> int:
    """Locked orders. Their timers are read again: what was claimed may be gone since."""
    timers = _RUNNING.all([order.pk for order in orders])
    by_order = {pk: list(rows) for pk, rows in groupby(timers, key=lambda timer: timer.order_id)}
    known, writes = known_of(orders), _Writes()
    for order in orders:
        _collect(writes, order, by_order.get(order.pk, []), known[order.pk], at)
    _write(writes, at)
    return len(writes.events)


def _collect(writes: _Writes, order: Order, timers: list[Timer], known: Known, at: datetime) -> None:
    """Adds what the first timer of an order does, where it is still due and one of ours."""
    first = timers[0] if timers else None
    if first is None or first.due_at is None or first.due_at > at or first.kind not in _FLAGS:
        return
    kind, moment = Action(first.kind), max(at, order.last_event_at)
    try:
        check(order, kind, SYSTEM, moment, known)
    except DomainError as error:
        # The table or a guard says no: the timer belongs to a state that is over.
        logger.warning("timer %s of order %s dropped: %s", kind, order.pk, error)
        writes.gone.append(first.pk)
        return
    flag = _FLAGS[kind](order, moment, {timer.kind: timer.due_at for timer in timers if timer.due_at})
    order.version, order.last_event_at = order.version + 1, moment
    event = event_of(order, kind, SYSTEM, order.state)
    writes.events.append(event)
    for name in flag.fields:
        getattr(writes, name).append(order.pk)
    if flag.again:
        writes.put.append(Timer(order=order, kind=kind, due_at=flag.again, order_version=order.version))
    writes.gone += [timer.pk for timer in timers if timer.kind in flag.drop and not (flag.again and timer.kind == kind)]
    writes.said += _said(Change(order, event), flag)


_MARK = prepared_change(
    lambda ids, at, late_ids, very_late_ids: (
        Order.objects.filter(pk__in=ids),
        {
            "version": F("version") + 1,
            "last_event_at": Greatest(F("last_event_at"), at),
            "is_late": Case(When(pk__in=late_ids, then=True), default=F("is_late")),
            "is_very_late": Case(When(pk__in=very_late_ids, then=True), default=F("is_very_late")),
        },
    )
)
_DROP = prepared_change(lambda ids: Timer.objects.filter(pk__in=ids))


def _write(writes: _Writes, at: datetime) -> None:
    _MARK.run([event.order_id for event in writes.events], at, writes.is_late, writes.is_very_late)
    OrderEvent.objects.bulk_create(writes.events)
    _DROP.run(writes.gone)
    Timer.objects.put_all(writes.put)
    notices.tell_all(writes.said)
