"""A side is suspended: their running orders rest, and either go on or are disposed of (rows 49 and 50)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts import api as accounts
from accounts.contracts import PersonReinstated, PersonSuspended
from orders import guards
from orders.models import Dispute, Fault, Ground, Order, Outcome, Phase, Timer
from orders.services import division, funds, notices, resting
from orders.services.disputes import add_case, freeze, step
from orders.services.transition import SYSTEM, By, Change, apply, check, lock, party
from orders.situations import situation_of
from orders.states import ACTIVE, Action, Actor, State

_RUNNING = frozenset({*ACTIVE, State.DISPUTED})


def record_suspended(fact: PersonSuspended) -> None:
    """Rows 49 and 49a: every running order of theirs rests, what they were asked for is declined."""
    for order_id in _orders_of(fact.user_id, on_hold=False):
        begin(order_id, fact.by_id, fact.at)


def _orders_of(user_id: int, *, on_hold: bool) -> list[uuid.UUID]:
    theirs = Order.objects.filter(Q(buyer_id=user_id) | Q(seller_id=user_id))
    states = sorted(_RUNNING | {State.REQUESTED})
    found = theirs.filter(state__in=states, on_hold_at__isnull=not on_hold)
    return list(found.order_by("pk").values_list("pk", flat=True))


def begin(order_id: uuid.UUID, by_id: int | None, at: datetime) -> None:
    """Of an order that may have moved on since it was looked for; one on hold already stays as it is."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = By(Actor.STAFF, by_id)
        if order.state == State.REQUESTED:
            _tell(order, apply(order, Action.SUSPEND, by, at), "order_request_closed")
        elif order.state in _RUNNING and order.on_hold_at is None:
            hold(order, by, at)


def hold(order: Order, by: By, at: datetime) -> None:
    """Row 49: the clocks stop; staff have so long until it must go on or end."""
    until = at + order.terms.rules.hold_limit
    disposal = {} if order.state == State.AWAITING_FUNDING else {Action.DISPOSE.value: until}
    fields = resting.begin(order, "on_hold_at", at, but=resting.runs_on_hold(order))
    change = apply(order, Action.SUSPEND, by, at, fields=fields, timers=disposal)
    may_cancel = not reason_against_cancelling(order, at)
    _tell(order, change, "order_on_hold", until=until, may_cancel=may_cancel, amount=order.all_in_at_stake)


def reason_against_cancelling(order: Order, at: datetime) -> str:
    """Why the buyer cannot end it at once, or ""."""
    return guards.reason_against(Action.CANCEL_HELD, situation_of(order, Actor.BUYER, at))


def _tell(order: Order, change: Change, kind: str, **context: object) -> None:
    """Those who are not suspended: mail does not reach the others, and they have been told why they are out."""
    out = accounts.suspended([order.buyer_id, order.seller_id])
    for role in (Actor.BUYER, Actor.SELLER):
        if order.person_of(role) not in out:
            notices.tell(change, role, kind, **context)


def begin_if_suspended(order: Order, at: datetime) -> None:
    """An order whose payment arrives while a side is suspended begins on hold."""
    if order.state not in _RUNNING:
        return
    if order.on_hold_at is not None:
        _keep_disposal(order, at)
        return
    out = accounts.suspended([order.buyer_id, order.seller_id])
    if out:
        hold(order, By(Actor.STAFF, next(iter(out.values()))), at)


def _keep_disposal(order: Order, at: datetime) -> None:
    """A payment moved an order that is on hold: staff's clock does not end with the state before."""
    if order.state == State.AWAITING_FUNDING or order.timers.filter(kind=Action.DISPOSE).exists():
        return
    assert order.on_hold_at is not None  # noqa: S101 - the caller has looked
    Timer.objects.put(order, {Action.DISPOSE: order.on_hold_at + order.terms.rules.hold_limit})
    resting.keep_still(order, at)


def record_reinstated(fact: PersonReinstated) -> None:
    """Row 50: their orders go on with the time that was left, where the other side is not out as well."""
    for order_id in _orders_of(fact.user_id, on_hold=True):
        with transaction.atomic():
            order, at = lock(order_id, fact.at)
            if order.on_hold_at is None or accounts.suspended([order.buyer_id, order.seller_id]):
                continue
            by = By(Actor.STAFF, fact.by_id)
            check(order, Action.LIFT, by, at)
            fields = resting.end(order, "on_hold_at", at)
            change = apply(order, Action.LIFT, by, at, fields=fields, drop=[Action.DISPOSE])
            notices.tell_both(change, "order_off_hold")


def cancel_held(*, order_id: uuid.UUID, actor_id: int, at: datetime) -> None:
    """Row 49b: nothing was delivered, and the buyer does not wait. Neutral."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        _cancel(order, Action.CANCEL_HELD, party(order, actor_id), at)


def _cancel(order: Order, action: Action, by: By, at: datetime) -> None:
    check(order, action, by, at)
    open_case = Dispute.objects.filter(order=order, closed_at=None).first()
    fields: dict[str, Any] = {**resting.over(order, at), "fault": Fault.NEUTRAL}
    change = apply(order, action, by, at, target=State.CANCELLED, fields=fields)
    if open_case:
        division.close(open_case, Outcome.HELD, at)
    funds.refund_whole(change)
    _tell(order, change, "order_cancelled", amount=order.all_in_at_stake, action=action, by=by.role)


def dispose(order: Order, at: datetime) -> None:
    """Row 50b: nobody was reinstated in time. Undelivered work goes back, delivered work is decided by staff."""
    check(order, Action.DISPOSE, SYSTEM, at)
    if not order.was_delivered:
        _cancel(order, Action.DISPOSE, SYSTEM, at)
    elif order.state == State.DISPUTED:
        _decide_running(order, at)
    else:
        _open_case(order, at)


def _decide_running(order: Order, at: datetime) -> None:
    dispute = Dispute.objects.get(order=order, closed_at=None)
    timers = {Action.ESCALATE.value: at + step(order)}
    drop = [Action.DISPOSE, Action.REMIND_ANSWER, Action.DEFAULT_DISPUTE, Action.END_NEGOTIATION]
    if dispute.phase not in (Phase.ANSWER, Phase.NEGOTIATION):
        timers, drop = {}, [Action.DISPOSE]
    fields = resting.end(order, "on_hold_at", at)
    apply(order, Action.DISPOSE, SYSTEM, at, target=State.DISPUTED, fields=fields, timers=timers, drop=drop)
    if timers:
        dispute.phase, dispute.defaulted = Phase.DECISION, dispute.answered_at is None
        dispute.save(update_fields=["phase", "defaulted"])


def _open_case(order: Order, at: datetime) -> None:
    """Nobody filed it, and the suspended side cannot answer: it is ready to be decided."""
    out = accounts.suspended([order.buyer_id, order.seller_id])
    dispute = add_case(order, Actor.SYSTEM, Ground.UNREACHABLE, at)
    dispute.respondent_role = Actor.SELLER if order.seller_id in out else Actor.BUYER
    dispute.phase, dispute.defaulted = Phase.DECISION, True
    fields = {**resting.over(order, at), "closed_at": None}
    timers = {Action.ESCALATE.value: at + step(order)}
    change = freeze(order, Action.DISPOSE, SYSTEM, at, dispute, fields=fields, timers=timers)
    _tell(order, change, "order_dispute_opened", ground=Ground(dispute.ground).label, asked=dispute.asked,
          statement="", until=None, answers=False)  # fmt: skip
