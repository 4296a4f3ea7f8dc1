"""Two who answer, end or move an order at the same moment; each race again without the lock, as the control."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.utils import DatabaseError

from marketplace.kernel.errors import DomainError
from orders import api
from orders.models import Kind, Order, OrderEvent, OrderPayment, Proposal, Purpose
from orders.services import timers as sweep
from orders.states import Action, State
from payments.models import Refund, Release
from payments.services import books
from tests.orders.scenes import DAY, HOUR, Desk, get, money, timers
from tests.orders.scenes_proposals import answer, paused, pay_extra, propose
from tests.orders.test_races import unlock
from tests.support import racing

__all__ = ["unlock"]  # a fixture

pytestmark = pytest.mark.django_db(transaction=True)

Call = Callable[[], Any]


def meet(*calls: Call) -> list[object]:
    """What each came to, an error of the database included: ``refused`` looks that there is none."""
    return racing.meet(*calls, refusals=(DomainError, DatabaseError))


def refused(results: list[object]) -> int:
    assert not [result for result in results if isinstance(result, DatabaseError)], results
    return sum(isinstance(result, DomainError) for result in results)


def assert_sound(order: Order) -> None:
    found, stands = get(order.pk), money(order)
    versions = list(OrderEvent.objects.filter(order=order).order_by("version").values_list("version", flat=True))
    assert versions == list(range(1, found.version + 1))
    assert books.differences() == []
    parts = stands.held + stands.clearing + stands.available + stands.sending + stands.transferred
    assert stands.captured == parts + stands.refunding + stands.refunded + stands.fees
    assert Refund.objects.filter(charge__reference=order.reference).count() <= 1
    assert Release.objects.filter(charge__reference=order.reference).count() <= 1


@pytest.fixture
def stopping(desk: Desk) -> tuple[Order, Proposal]:
    """A minute before the hard stop of a late order, in which more time is asked for."""
    order = desk.in_progress()
    api.run_due(desk.at + 3 * DAY, order.pk)
    stop = timers(order)[Action.HARD_STOP]
    return order, propose(desk, order, Kind.EXTENSION, desk.seller, stop - timedelta(minutes=1))


def extend(desk: Desk, proposal: Proposal, at: Any) -> Call:
    return lambda: answer(desk, proposal, desk.buyer, at)


def test_more_time_is_agreed_as_the_hard_stop_fires(desk: Desk, stopping: tuple[Order, Proposal]) -> None:
    order, proposal = stopping
    stop = timers(order)[Action.HARD_STOP]
    results = meet(extend(desk, proposal, stop), lambda: api.run_due(stop, order.pk))
    found = get(order.pk)
    if refused(results):
        assert (found.state, found.events.filter(action=Action.ACCEPT_EXTENSION).count()) == (State.CANCELLED, 0)
    else:  # the sweep came second, or found the order in somebody's hands
        assert (found.state, found.due_at, found.is_late) == (State.IN_PROGRESS, stop + DAY, False)
        assert api.run_due(stop, order.pk) == 0
    assert_sound(order)


def test_control_the_hard_stop_and_more_time_both_pass(
    desk: Desk, stopping: tuple[Order, Proposal], unlock: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    order, proposal = stopping
    stop = timers(order)[Action.HARD_STOP]
    unlock()
    failed: list[object] = []
    monkeypatch.setattr(sweep.logger, "exception", lambda *given: failed.append(given))
    results = meet(extend(desk, proposal, stop), lambda: api.run_due(stop, order.pk))
    assert failed or [result for result in results if isinstance(result, DatabaseError)]


@pytest.mark.parametrize("kind", [Kind.EXTENSION, Kind.EXTRA, Kind.CANCEL, Kind.REFUND])
def test_twenty_clicks_agree_once(desk: Desk, kind: Kind) -> None:
    order = desk.in_progress()
    proposal = propose(desk, order, kind, desk.seller, desk.at + HOUR)
    at = desk.at + 2 * HOUR
    results = meet(*[lambda: answer(desk, proposal, desk.buyer, at)] * 20)
    assert refused(results) == 19
    assert OrderEvent.objects.filter(order=order, action=f"accept_{kind}").count() == 1
    assert OrderPayment.objects.filter(order=order, purpose=Purpose.EXTRA).count() == (kind == Kind.EXTRA)
    assert_sound(order)


@pytest.mark.parametrize("kind", [Kind.EXTENSION, Kind.EXTRA, Kind.CANCEL, Kind.REFUND])
def test_control_two_clicks_without_the_lock_both_pass(desk: Desk, kind: Kind, unlock: Callable[..., None]) -> None:
    order = desk.in_progress()
    proposal = propose(desk, order, kind, desk.seller, desk.at + HOUR)
    unlock()
    results = meet(*[lambda: answer(desk, proposal, desk.buyer, desk.at + 2 * HOUR)] * 2)
    assert [result for result in results if isinstance(result, DatabaseError)]


def _deliver(desk: Desk, order: Order) -> Call:
    return lambda: desk.deliver(order, desk.at + 2 * HOUR, files=[], links=["https://example.org/x"])


def test_cancelled_or_delivered(desk: Desk) -> None:
    order = desk.in_progress()
    proposal = propose(desk, order, Kind.CANCEL, desk.seller, desk.at + HOUR)
    results = meet(lambda: answer(desk, proposal, desk.buyer, desk.at + 2 * HOUR), _deliver(desk, order))
    found = get(order.pk)
    # Delivered first, it can still be cancelled by both; cancelled first, nothing is delivered any more.
    assert (found.state, refused(results)) in [(State.CANCELLED, 0), (State.CANCELLED, 1)]
    assert found.was_delivered == (refused(results) == 0)
    assert_sound(order)


def test_control_cancelled_and_delivered(desk: Desk, unlock: Callable[..., None]) -> None:
    order = desk.in_progress()
    proposal = propose(desk, order, Kind.CANCEL, desk.seller, desk.at + HOUR)
    unlock()
    results = meet(lambda: answer(desk, proposal, desk.buyer, desk.at + 2 * HOUR), _deliver(desk, order))
    assert [result for result in results if isinstance(result, DatabaseError)]


@pytest.mark.parametrize("how", ["decline", "sweep"])
def test_a_yes_and_its_end(desk: Desk, how: str) -> None:
    order = desk.delivered()
    proposal = propose(desk, order, Kind.REFUND, desk.buyer, desk.at + 2 * HOUR)
    until = proposal.answer_by
    ends: Call = lambda: api.run_due(until, order.pk)  # noqa: E731
    if how == "decline":
        ends = lambda: answer(desk, proposal, desk.seller, until, how="decline")  # noqa: E731
    results = meet(lambda: answer(desk, proposal, desk.seller, until), ends)
    api.run_due(until, order.pk)
    proposal.refresh_from_db()
    agreed = proposal.state == "accepted"
    assert get(order.pk).state == (State.COMPLETED if agreed else State.DELIVERED)
    assert refused(results) == (1 if how == "decline" or not agreed else 0)
    assert_sound(order)


def test_a_reply_as_the_pause_ends(desk: Desk) -> None:
    order = paused(desk)
    until = timers(order)[Action.RESUME]
    given: dict[str, Any] = {"order_id": order.pk, "actor_id": desk.buyer.pk, "text": "The green one.", "files": []}
    meet(lambda: api.reply(**given, at=until), lambda: api.run_due(until, order.pk))
    assert (get(order.pk).is_paused, get(order.pk).due_at) == (False, until + 20 * HOUR)
    assert OrderEvent.objects.filter(order=order, action__in=[Action.REPLY, Action.RESUME]).count() == 1


def test_an_extra_is_paid_as_the_order_ends(desk: Desk) -> None:
    order = desk.delivered()
    answer(desk, propose(desk, order, Kind.EXTRA, desk.seller, desk.at + 2 * HOUR), desk.buyer, desk.at + 2 * HOUR)
    at = desk.at + 3 * HOUR
    results = meet(lambda: pay_extra(order, at), lambda: api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=at))
    found, stands = get(order.pk), money(order)
    assert books.differences() == []
    if found.state == State.IN_REVISION:  # paid first: there is nothing to accept any more
        assert (refused(results), stands.held) == (1, found.all_in)
    else:
        assert (found.state, refused(results)) == (State.COMPLETED, 0)
        assert stands.refunding == OrderPayment.objects.select_related("order").get(purpose="extra").all_in
        assert OrderPayment.objects.get(purpose="extra").state == "returned"
