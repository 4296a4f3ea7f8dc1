"""How pauses, proposals and extras are reached, and what they do."""

from __future__ import annotations

from collections.abc import Callable
from unittest import mock

from django.db import transaction

from marketplace.kernel import clock
from orders import api
from orders.models import Kind, Order, Timer
from orders.states import Action, Actor, State
from payments import api as payments
from payments.errors import ProviderAway
from payments.services.captures import record_session
from tests.orders.scenes import HOUR, Desk, get, paid_session
from tests.orders.scenes_proposals import WHY, answer, extra_charge, paused, propose
from tests.orders.transitions import effects
from tests.orders.transitions.arranging import STATES, in_state, other
from tests.orders.transitions.frame import Arrange, Case, Cell, Scene

_WORK = {Action.WARN_DEADLINE, Action.BECOME_LATE, Action.BECOME_VERY_LATE, Action.HARD_STOP}
_BY_STATE: dict[str, set[str]] = {
    State.AWAITING_REQUIREMENTS: {Action.REMIND_REQUIREMENTS, Action.GIVE_UP_WAITING},
    State.IN_PROGRESS: {*_WORK},
    State.IN_REVISION: {*_WORK},
    State.DELIVERED: {Action.REMIND_ACCEPTANCE, Action.AUTO_ACCEPT},
}
_DELIVERED = (State.DELIVERED, State.IN_REVISION)


def _plain(**data: object) -> Callable[[], dict[str, object]]:
    return lambda: dict(data)


FORMS: dict[str, Callable[[], dict[str, object]]] = {
    Action.NEED_INFORMATION: _plain(question="Which of the two logos is the right one?"),
    Action.REPLY: _plain(text="The green one."),
    Action.PROPOSE_EXTENSION: _plain(minutes="2", unit="hours", text=WHY),
    Action.PROPOSE_EXTRA: _plain(title="Ten more", price="12", minutes="5", unit="hours"),
    Action.PROPOSE_CANCEL: _plain(text=WHY),
    Action.PROPOSE_REFUND: _plain(amount="10", text=WHY),
    Action.ACCEPT_EXTENSION: _plain(proposal="1"),
    Action.ACCEPT_EXTRA: _plain(proposal="1"),
    Action.ACCEPT_CANCEL: _plain(proposal="1"),
    Action.ACCEPT_REFUND: _plain(proposal="1"),
    Action.DECLINE_PROPOSAL: _plain(proposal="1"),
    Action.TAKE_BACK_PROPOSAL: _plain(proposal="1"),
}


# Arranging


def _person(desk: Desk, role: str):  # type: ignore[no-untyped-def]
    return desk.buyer if role == Actor.BUYER else desk.seller


def _open(desk: Desk, source: str, kind: str, role: str) -> Order:
    order = STATES[State(source)](desk)
    propose(desk, order, kind, _person(desk, role), max(desk.at + 3 * HOUR, order.last_event_at))
    return get(order.pk)


def theirs(kind: str) -> Arrange:
    """Proposed by the other side."""
    return lambda desk, cell: _open(desk, cell.source, kind, other(cell.actor))


def own(kind: str) -> Arrange:
    return lambda desk, cell: _open(desk, cell.source, kind, cell.actor)


def by(role: str, kind: str) -> Arrange:
    return lambda desk, cell: _open(desk, cell.source, kind, role)


def stopped(desk: Desk, cell: Cell) -> Order:
    return paused(desk)


def to_pay(desk: Desk, cell: Cell) -> Order:
    """The buyer has accepted an extra and is on the payment page."""
    order = _open(desk, cell.source, Kind.EXTRA, Actor.SELLER)
    answer(desk, order.proposals.get(), desk.buyer, desk.at + 4 * HOUR)
    return get(order.pk)


# Acting


def send(scene: Scene) -> None:
    scene.act(**FORMS[scene.cell.action]())


def reply(scene: Scene) -> None:
    """To the proposal that is on the page; where it leads to the provider, nobody answers there."""
    with mock.patch.object(payments, "checkout_url", side_effect=ProviderAway()):
        scene.act(proposal=scene.order.proposals.get().pk)


def sweep(scene: Scene) -> None:
    scene.sweep()


def silence(scene: Scene) -> None:
    """The proposal's own timer comes, and what it does depends on the order."""
    due = Timer.objects.due_of(scene.order, Action.EXPIRE_PROPOSAL)
    api.run_due(due, scene.order.pk)


def pay(scene: Scene) -> None:
    charge = extra_charge(scene.order)
    with transaction.atomic():
        record_session(charge.pk, paid_session(charge, charge.amount_minor), clock.now())


# What stands afterwards


def and_(*kinds: str) -> Callable[[Cell], set[str]]:
    """What the state has by itself, and these."""
    return lambda cell: _BY_STATE[cell.target] | set(kinds)


def of_the_end(cell: Cell) -> set[str]:
    return {Action.REVEAL_REVIEWS} if cell.source in _DELIVERED else set()


def of_the_yes(cell: Cell) -> set[str]:
    """The buyer's opens a payment; the seller's is an offer to the buyer."""
    return _BY_STATE[cell.target] | {Action.CLOSE_PAYMENT if cell.actor == Actor.BUYER else Action.EXPIRE_PROPOSAL}


def cleared(cell: Cell) -> set[str]:
    return {Action.CLEAR, Action.REVEAL_REVIEWS}


# What a guard rules out


def between_steps(cell: Cell) -> str:
    return "between two steps nothing is at stake" if cell.source == State.AWAITING_FUNDING else ""


def no_clock(cell: Cell) -> str:
    if cell.source in (State.AWAITING_REQUIREMENTS, State.DELIVERED):
        return "the clock does not run"
    return between_steps(cell)


def delivered_once(cell: Cell) -> str:
    return "something was delivered" if cell.source in _DELIVERED else between_steps(cell)


def stays_or_goes_back(cell: Cell) -> str:
    expected = State.IN_REVISION if cell.source == State.DELIVERED else cell.source
    if between_steps(cell) or cell.target == expected:
        return between_steps(cell)
    return "the order stays where it is, or goes back to work"


CASES: dict[str, Case] = {
    "11": Case(in_state, send, effects.nothing, and_(Action.RESUME)),
    "12": Case(stopped, send, effects.nothing, and_()),
    "12b": Case(stopped, sweep, effects.nothing, and_()),
    "19": Case(in_state, send, effects.nothing, and_(Action.EXPIRE_PROPOSAL), no_clock),
    "19b": Case(in_state, send, effects.nothing, and_(Action.EXPIRE_PROPOSAL), between_steps),
    "19c": Case(in_state, send, effects.nothing, and_(Action.EXPIRE_PROPOSAL), between_steps),
    "19d": Case(in_state, send, effects.nothing, and_(Action.EXPIRE_PROPOSAL), between_steps),
    "20": Case(theirs(Kind.EXTENSION), reply, effects.nothing, and_(), no_clock),
    "21": Case(theirs(Kind.EXTRA), reply, effects.asked_where_the_buyer_pays, of_the_yes, between_steps),
    "21b": Case(to_pay, pay, effects.captured, and_(), stays_or_goes_back),
    "22": Case(theirs(Kind.CANCEL), reply, effects.refunded, of_the_end, between_steps),
    "23": Case(by(Actor.SELLER, Kind.CANCEL), silence, effects.refunded, of_the_end, delivered_once),
    "24": Case(by(Actor.BUYER, Kind.CANCEL), silence, effects.nothing, and_(), between_steps),
    "24b": Case(theirs(Kind.REFUND), reply, effects.nothing, and_(), between_steps),
    "24c": Case(own(Kind.REFUND), reply, effects.nothing, and_(), between_steps),
    "32": Case(theirs(Kind.REFUND), reply, effects.divided, cleared, between_steps),
}
