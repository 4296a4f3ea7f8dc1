"""Orders as they stand just before a transition; their steps lie in the past, so that a page may act now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from marketplace.kernel import clock
from orders import api
from orders.models import Order, Timer
from orders.states import Action, Actor, State
from payments.models import Charge, OperationKind, StripeOperation
from payments.operations import executor
from tests.orders.scenes import (
    ALL_IN,
    BACK,
    DAY,
    HOUR,
    STEP_TERMS,
    STEPS,
    TAKEN,
    Desk,
    bank,
    eur,
    expired_session,
    get,
    objects,
)
from tests.orders.transitions.frame import Arrange, Cell


def expired(desk: Desk) -> Order:
    order = desk.pending()
    charge = Charge.objects.get(pk=order.charge_id)
    op = StripeOperation.objects.get(kind=OperationKind.CREATE_SESSION, subject=str(charge.pk))
    executor.complete(op.id, expired_session(charge), desk.at + HOUR)
    return get(order.pk)


STATES: dict[State, Callable[[Desk], Order]] = {
    State.REQUESTED: Desk.requested,
    State.DECLINED: Desk.declined,
    State.PENDING_PAYMENT: Desk.pending,
    State.EXPIRED: expired,
    State.AWAITING_REQUIREMENTS: Desk.waiting,
    State.IN_PROGRESS: Desk.in_progress,
    State.DELIVERED: Desk.delivered,
    State.IN_REVISION: Desk.in_revision,
    State.AWAITING_FUNDING: Desk.awaiting_funding,
    State.DISPUTED: Desk.disputed,
    State.COMPLETED: Desk.completed,
    State.CANCELLED: Desk.cancelled,
}


def in_state(desk: Desk, cell: Cell) -> Order:
    return STATES[State(cell.source)](desk)


def new(desk: Desk, cell: Cell) -> Order | None:
    return None


def plainly(make: Callable[[Desk], Order]) -> Arrange:
    return lambda desk, cell: make(desk)


def ago(span: timedelta, arrange: Arrange = in_state) -> Arrange:
    """The same, begun so long ago."""

    def arranged(desk: Desk, cell: Cell) -> Order | None:
        desk.at = clock.now() - span
        return arrange(desk, cell)

    return arranged


def overdue(kind: Action) -> Arrange:
    """The sweep was here up to the moment that this timer came: with that moment ``Scene.sweep`` goes on."""

    def arranged(desk: Desk, cell: Cell) -> Order:
        order = in_state(desk, cell)
        due = Timer.objects.get(order=order, kind=kind).due_at
        assert due
        api.run_due(due - timedelta(seconds=1), order.pk)
        return get(order.pk)

    return arranged


def flagged(desk: Desk, cell: Cell) -> Order:
    """Very late, begun two days ago."""
    desk.at = clock.now() - 2 * DAY
    order = in_state(desk, cell)
    api.run_due(desk.at + 33 * HOUR, order.pk)
    return get(order.pk)


def late(desk: Desk, cell: Cell) -> Order:
    """Where the order is in progress a dispute needs it late."""
    if cell.source == State.IN_PROGRESS:
        desk.at = clock.now() - 24 * HOUR
        order = desk.in_progress()
        api.run_due(desk.at + 22 * HOUR, order.pk)
        return get(order.pk)
    return in_state(desk, cell)


def dispute_by(desk: Desk, role: str, source: State = State.DELIVERED) -> Order:
    order = late(desk, Cell("", source, "", "", "")) if source != State.COMPLETED else desk.completed()
    filer = desk.buyer if role == Actor.BUYER else desk.seller
    ground = "not_as_described" if role == Actor.BUYER else "out_of_scope"
    desk.dispute(order, max(desk.at + 3 * HOUR, order.last_event_at), by=filer, ground=ground)
    return get(order.pk)


def other(role: str) -> str:
    return Actor.SELLER if role == Actor.BUYER else Actor.BUYER


def against(desk: Desk, cell: Cell) -> Order:
    """A dispute that the other side opened."""
    return dispute_by(desk, other(cell.actor))


def own_dispute(desk: Desk, cell: Cell) -> Order:
    """A dispute of one's own, which leads back to the cell's target."""
    return dispute_by(desk, cell.actor, State(cell.target))


def negotiated(desk: Desk, cell: Cell) -> Order:
    return desk.heard()


def in_queue(desk: Desk, cell: Cell) -> Order:
    order = desk.disputed()
    api.run_due(desk.at + 2 * HOUR + 3 * DAY, order.pk)
    return get(order.pk)


def second_look(desk: Desk, cell: Cell) -> Order:
    """A decision above the limit, which waits for somebody else."""
    from accounts.models import User

    order = desk.heard()
    Order.objects.filter(pk=order.pk).update(
        terms_json={**order.terms_json, "rules": {**order.terms_json["rules"], "second_person_limit_minor": 100}}
    )
    first = User.objects.create_user("first@example.org", display_name="Fay First", is_moderator=True)
    desk.decide(get(order.pk), 70, desk.at + 4 * HOUR, by=first)
    return get(order.pk)


def decided(desk: Desk, cell: Cell) -> Order:
    return desk.decided(0 if cell.target == State.CANCELLED else 70)


def charged_back(desk: Desk, cell: Cell) -> Order:
    order = in_state(desk, cell)
    return bank(order, "needs_response", taken(order), after=timedelta(minutes=5), amount=order.all_in)


def taken(order: Order) -> objects.Movement:
    """All of the order's own payment leaves."""
    return replace(TAKEN, amount=-order.all_in)


def delivered(desk: Desk, cell: Cell) -> Order:
    """Where another step may follow, of the first one."""
    if cell.target != State.AWAITING_FUNDING:
        return desk.delivered()
    order = desk.first_step()
    desk.deliver(order, desk.at + HOUR)
    return get(order.pk)


def tipping(desk: Desk, cell: Cell) -> Order:
    """On the payment page of a tip."""
    order = desk.completed()
    api.tip(order_id=order.pk, actor_id=desk.buyer.pk, amount=eur(500), at=order.last_event_at)
    return get(order.pk)


def page_open(desk: Desk, cell: Cell) -> Order:
    """A payment on top of the order is asked for: a step, or a tip. Other states keep the page of one before."""
    if cell.source == State.AWAITING_FUNDING:
        return desk.funding()
    order = tipping(desk, cell)
    if cell.source == State.DISPUTED:
        desk.dispute(order, order.last_event_at)
    return get(order.pk)


# Long enough that the first step clears before the second one is late.
LONG = tuple(replace(step, promised_minutes=20 * 24 * 60) for step in STEPS)


def clearing(desk: Desk, cell: Cell) -> Order:
    """Something was released and clears: of what ended, or of the step before the one that runs."""
    if cell.source in {State.COMPLETED, State.AWAITING_FUNDING}:
        return in_state(desk, cell)
    order = desk.second_step(replace(STEP_TERMS, steps=LONG))
    at = order.last_event_at
    if cell.source == State.CANCELLED:
        reason = "My machine broke down."
        api.seller_cancel(order_id=order.pk, actor_id=desk.seller.pk, reason=reason, at=at)
    if cell.source in {State.DELIVERED, State.IN_REVISION, State.DISPUTED}:
        desk.deliver(order, at)
    if cell.source == State.IN_REVISION:
        desk.revise(order, at)
    if cell.source == State.DISPUTED:
        desk.dispute(order, at)
    return get(order.pk)


__all__ = ["ALL_IN", "BACK", "eur"]
