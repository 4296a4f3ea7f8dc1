"""What moves every order: a timer, a person who must act, or a bank; and no timer of a time that is over."""

from __future__ import annotations

from collections.abc import Mapping

from orders.models import Order, PaymentState, Phase, Purpose, Stopped, Timer
from orders.services.resting import runs_on_hold
from orders.states import ENDED, OUTLIVES_THE_END, Action, State
from tests.invariants.order_seen import Seen

# Without this timer nothing would happen to the order by itself any more.
_MOVED_BY = {
    State.REQUESTED: Action.LAPSE_REQUEST,
    State.PENDING_PAYMENT: Action.ASK_EXPIRY,
    State.AWAITING_REQUIREMENTS: Action.GIVE_UP_WAITING,
    State.IN_PROGRESS: Action.HARD_STOP,
    State.IN_REVISION: Action.HARD_STOP,
    State.DELIVERED: Action.AUTO_ACCEPT,
    State.AWAITING_FUNDING: Action.LAPSE_FUNDING,
}
_MOVED_BY_PHASE = {
    Phase.ANSWER: Action.DEFAULT_DISPUTE,
    Phase.NEGOTIATION: Action.END_NEGOTIATION,
    Phase.DECIDED: Action.ENFORCE,
}
_OF_ENDED = OUTLIVES_THE_END | {Action.REVEAL_REVIEWS}
Timers = Mapping[str, Timer]


def check(seen: Seen) -> None:
    for order in seen.orders:
        timers = {timer.kind: timer for timer in seen.timers[order.pk]}
        _of_the_state(order, timers, seen)
        _of_payments(order, timers, seen)
        _of_proposals(order, timers, seen)
        _that_stand_still(order, timers)
        _as_the_page_says(order, timers)
        assert _is_moved(order, timers, seen), f"{order} waits for nobody in {order.state}"


def _of_the_state(order: Order, timers: Timers, seen: Seen) -> None:
    kinds = set(timers)
    if order.state in ENDED:
        assert kinds <= _OF_ENDED, f"{order.state} with {kinds}"
    must: set[str] = {_MOVED_BY[State(order.state)]} if order.state in _MOVED_BY else set()
    if order.state == State.DISPUTED:
        dispute = seen.disputes[order.pk]
        must |= {_MOVED_BY_PHASE[Phase(dispute.phase)]} if dispute.phase in _MOVED_BY_PHASE else set()
        if dispute.phase in (Phase.DECISION, Phase.SECOND_LOOK) and not dispute.escalated:
            must.add(Action.ESCALATE)
    if order.is_paused:
        must.add(Action.RESUME)
    if order.on_hold_at and order.state != State.AWAITING_FUNDING:
        must.add(Action.DISPOSE)
    if order.state in ENDED and any(review.revealed_at is None for review in seen.reviews[order.pk]):
        must.add(Action.REVEAL_REVIEWS)
    assert must <= kinds, f"{order.state} has lost {must - kinds}"
    assert (Action.RESUME in kinds) <= order.is_paused
    assert (Action.DISPOSE in kinds) <= (order.on_hold_at is not None)


def _of_payments(order: Order, timers: Timers, seen: Seen) -> None:
    rows = seen.payments[order.pk]
    on_top = [row for row in rows if row.state == PaymentState.ASKED and row.purpose != Purpose.ORDER]
    assert (Action.CLOSE_PAYMENT in timers) == bool(on_top), f"{order}: {on_top}, {set(timers)}"
    moments = [row.clears_at for row in rows if row.clears_at and row.cleared_at is None and row.doubted_at is None]
    assert (Action.CLEAR in timers) == bool(moments), f"{order} clears {moments}, {set(timers)}"
    clear = timers.get(Action.CLEAR)
    if clear and not clear.stopped:
        assert clear.due_at == min(moments), f"{order} clears {moments}, its timer {clear}"


def _of_proposals(order: Order, timers: Timers, seen: Seen) -> None:
    moments = [one.answer_by for one in seen.proposals[order.pk] if one.is_open]
    answer = timers.get(Action.EXPIRE_PROPOSAL)
    assert (answer is not None) == bool(moments), f"{order}: proposals until {moments}, {set(timers)}"
    if answer and not answer.stopped:
        assert answer.due_at == min(moments), f"{order}: proposals until {moments}, their timer {answer}"


def _that_stand_still(order: Order, timers: Timers) -> None:
    """All of an order that rests, but the one that ends a suspension; the work's while the buyer is asked."""
    running = {kind for kind, timer in timers.items() if not timer.stopped}
    resting = {kind for kind, timer in timers.items() if timer.stopped == Stopped.REST}
    paused = {kind for kind, timer in timers.items() if timer.stopped == Stopped.PAUSE}
    if not order.rests:
        assert not resting, f"{order} goes on, without {resting}"
    elif order.charged_back_at:
        assert not running, f"a bank decides about {order}, and {running} go on"
    else:
        assert running <= set(runs_on_hold(order)), f"{order} is on hold, and {running} go on"
    assert order.is_paused or not paused, f"{order} works, and {paused} stand still"


def _as_the_page_says(order: Order, timers: Timers) -> None:
    for kind, shown in ((Action.BECOME_LATE, order.due_at), (Action.REVEAL_REVIEWS, order.review_until)):
        timer = timers.get(kind)
        if timer and not timer.stopped:
            assert timer.due_at == shown, f"{order}: {kind} comes {timer.due_at}, the page says {shown}"


def _is_moved(order: Order, timers: Timers, seen: Seen) -> bool:
    if order.state in ENDED or order.charged_back_at:  # it is over, or the bank's turn
        return True
    dispute = seen.disputes.get(order.pk)
    staffs_turn = dispute is not None and dispute.phase in (Phase.DECISION, Phase.SECOND_LOOK)
    return staffs_turn or any(not timer.stopped for timer in timers.values())
