"""Two who act on one order at the same moment: one comes first, the other hears why not, the books agree.

Each race runs again without the lock, as the control: then both pass their guards, and nothing kind is left.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.utils import DatabaseError

from accounts.models import User
from marketplace.kernel.errors import DomainError
from marketplace.kernel.prepared import Prepared
from orders import api, guards
from orders.models import Order, OrderEvent, Timer
from orders.models.order import OrderQuerySet
from orders.services import claiming, transition
from orders.services import timers as sweep
from orders.states import Action, State
from payments.models import Refund, Release
from payments.services import books
from tests.orders.scenes import DAY, HOUR, Desk, eur, get, money, timers

pytestmark = pytest.mark.django_db(transaction=True)

Deed = Callable[[Desk, Order], Any]
LATER = 3 * HOUR


def _plain(function: Callable[..., Any], role: str, **more: Any) -> Deed:
    def act(desk: Desk, order: Order) -> None:
        person = desk.buyer if role == "buyer" else desk.seller
        function(order_id=order.pk, actor_id=person.pk, at=desk.at + LATER, **more)

    return act


def _sweep(desk: Desk, order: Order) -> int:
    return api.run_due(desk.at + 60 * DAY, order.pk)


def _second() -> User:
    return User.objects.get(email="di@example.org")


DEEDS: dict[str, Deed] = {
    "accept": _plain(api.accept, "buyer"),
    "revise": _plain(api.request_revision, "buyer", reason="Please shorten rows 31 to 42."),
    "dispute": lambda desk, order: desk.dispute(order, desk.at + LATER),
    "sellers dispute": lambda desk, order: desk.dispute(order, desk.at + LATER, by=desk.seller, ground="unreachable"),
    "undo": _plain(lambda **given: api.undo(**{**given, "at": get(given["order_id"]).placed_at}), "buyer"),
    "cancel": _plain(api.seller_cancel, "seller", reason="My machine broke down."),
    "deliver": lambda desk, order: desk.deliver(order, desk.at + LATER, files=[], links=["https://example.org/x"]),
    "withdraw": _plain(api.withdraw, "buyer"),
    "decide": lambda desk, order: desk.decide(order, 33, desk.at + LATER),
    "decide otherwise": lambda desk, order: desk.decide(order, 100, desk.at + LATER, by=_second()),
    "buyer offers": lambda desk, order: desk.offer(order, 1_000, desk.at + LATER),
    "seller offers": lambda desk, order: desk.offer(order, 2_000, desk.at + LATER, by=desk.seller),
    "suspend": lambda desk, order: desk.suspend(desk.seller, desk.at + LATER),
    "sweep": _sweep,
    "buyer waives": _plain(api.waive, "buyer"),
    "seller waives": _plain(api.waive, "seller"),
}
# Where the order stands, and who meets: of each pair one must fail, or find nothing to do.
RACES = [
    ("delivered", "accept", "accept"),
    ("delivered", "accept", "sweep"),
    ("delivered", "accept", "revise"),
    ("delivered", "accept", "dispute"),
    ("delivered", "dispute", "sweep"),
    ("delivered", "revise", "dispute"),
    ("delivered", "revise", "sweep"),
    ("delivered", "revise", "revise"),
    ("delivered", "dispute", "sellers dispute"),
    ("in_progress", "undo", "cancel"),
    ("in_progress", "undo", "deliver"),
    ("in_progress", "deliver", "cancel"),
    ("completed", "dispute", "sweep"),
    ("heard", "withdraw", "decide"),
    ("heard", "decide", "decide otherwise"),
]


def meet(desk: Desk, order: Order, *names: str) -> list[object]:
    """Runs deeds in threads of their own; what each came to, an error included."""
    results: list[object] = []

    def run(deed: Deed) -> None:
        try:
            results.append(deed(desk, order))
        except (DomainError, DatabaseError) as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(DEEDS[name],)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def assert_sound(order: Order) -> None:
    found, stands = get(order.pk), money(order)
    versions = list(OrderEvent.objects.filter(order=order).order_by("version").values_list("version", flat=True))
    assert versions == list(range(1, found.version + 1))
    assert books.differences() == []
    assert stands.captured == found.all_in
    parts = stands.held + stands.clearing + stands.available + stands.sending + stands.transferred
    assert stands.captured == parts + stands.refunding + stands.refunded + stands.fees
    assert Refund.objects.filter(charge__reference=order.reference).count() <= 1
    assert Release.objects.filter(charge__reference=order.reference).exclude(state="undone").count() <= 1


@pytest.mark.parametrize(("stage", "one", "other"), RACES)
def test_one_comes_first(desk: Desk, stage: str, one: str, other: str) -> None:
    order = getattr(desk, stage)()
    User.objects.create_user("di@example.org", display_name="Di Second", is_moderator=True)
    results = meet(desk, order, one, other)
    refused = [result for result in results if isinstance(result, DomainError)]
    idle = [result for result in results if result == 0]  # a sweep that found it in somebody's hands
    assert not [result for result in results if isinstance(result, DatabaseError)]
    late_sweep = "sweep" in (one, other)  # it may come second, and find what is due in the new state
    # What is accepted first can still be disputed, as a claim, and so can what is being changed: other rows of the
    # table.
    found = set(OrderEvent.objects.filter(order=order).values_list("action", flat=True))
    claimed = {one, other} == {"accept", "dispute"} and Action.CLAIM in found
    in_turn = claimed or {Action.REQUEST_REVISION, Action.OPEN_DISPUTE} <= found
    assert len(refused) + len(idle) == 1 or late_sweep or in_turn
    assert_sound(order)


@pytest.fixture
def unlock(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """From the call on locks do not lock, and both wait for each other: once they have read everything and are about
    to write, or already after their guards where something else is written first.
    """
    both, waited = threading.Barrier(2), threading.local()
    reason, save = guards.reason_against, Order.save_changes

    def wait() -> None:
        if not getattr(waited, "done", False):
            waited.done = True
            both.wait(timeout=20)

    def reason_then_wait(action: str, situation: guards.Situation) -> str:
        found = reason(action, situation)
        if not found:
            wait()
        return found

    def wait_then_save(order: Order) -> None:
        wait()
        save(order)

    def begin(*, after_guards: bool = False) -> None:
        monkeypatch.setattr(OrderQuerySet, "select_for_update", lambda self, **_: self)
        monkeypatch.setattr(transition, "_LOCKED", Prepared(transition._LOCKED.build))  # without the lock, now
        if after_guards:
            monkeypatch.setattr(guards, "reason_against", reason_then_wait)
        else:
            monkeypatch.setattr(Order, "save_changes", wait_then_save)

    return begin


@pytest.mark.parametrize(("stage", "one", "other"), RACES)
def test_control_without_the_lock_both_pass(
    desk: Desk, unlock: Callable[..., None], monkeypatch: pytest.MonkeyPatch, stage: str, one: str, other: str
) -> None:
    """The guards let both through; only a constraint of the database stops the second, in nobody's words."""
    order = getattr(desk, stage)()
    User.objects.create_user("di@example.org", display_name="Di Second", is_moderator=True)
    Timer.objects.filter(order=order, kind=Action.REMIND_ACCEPTANCE).delete()  # the sweep begins with what matters
    unlock()
    monkeypatch.setattr(claiming, "take", lambda *given: None)  # a claim is a lock of its own
    failed: list[object] = []
    monkeypatch.setattr(sweep.logger, "exception", lambda *given: failed.append(given))
    results = meet(desk, order, one, other)
    assert failed or [result for result in results if isinstance(result, DatabaseError)]


def test_both_offers_meet_at_once_and_it_is_settled_once(desk: Desk) -> None:
    order = desk.heard()
    results = meet(desk, order, "buyer offers", "seller offers")
    assert sorted(map(str, results)) == ["False", "True"]
    assert (get(order.pk).state, get(order.pk).kept_minor) == (State.COMPLETED, 5_800 - 1_500)
    assert OrderEvent.objects.filter(order=order, action=Action.SETTLE).count() == 1
    assert_sound(order)


def test_control_without_the_lock_the_offers_miss_each_other(desk: Desk, unlock: Callable[..., None]) -> None:
    order = desk.heard()
    unlock(after_guards=True)
    results = meet(desk, order, "buyer offers", "seller offers")
    settled = get(order.pk).state == State.COMPLETED
    assert not settled or [result for result in results if isinstance(result, DatabaseError)]


@pytest.mark.parametrize(("stage", "other"), [("delivered", "accept"), ("delivered", "sweep"), ("completed", "sweep")])
def test_a_suspension_meets_whoever_pays(desk: Desk, stage: str, other: str) -> None:
    """Held or paid, never both; and a second suspension holds nothing twice."""
    order = getattr(desk, stage)()
    results = meet(desk, order, "suspend", other)
    assert not [result for result in results if isinstance(result, DatabaseError)]
    found = get(order.pk)
    if found.on_hold_at is not None:
        assert (found.state, money(order).held) == (State.DELIVERED, found.all_in)
        assert set(Timer.objects.filter(order=order, stopped="").values_list("kind", flat=True)) == {Action.DISPOSE}
    else:
        assert found.state == State.COMPLETED
    assert_sound(order)
    desk.reinstate(desk.seller, desk.at + 70 * DAY)
    api.run_due(desk.at + 90 * DAY, order.pk)
    assert (get(order.pk).state, money(order).held) == (State.COMPLETED, eur(0))
    assert_sound(order)


def test_control_without_the_lock_it_is_held_and_paid(desk: Desk, unlock: Callable[..., None]) -> None:
    order = desk.delivered()
    unlock()
    results = meet(desk, order, "suspend", "accept")
    assert [result for result in results if isinstance(result, DatabaseError)]


def test_both_waive_at_once_and_it_is_carried_out_once(desk: Desk) -> None:
    order = desk.decided(70)
    results = meet(desk, order, "buyer waives", "seller waives")
    assert results == [None, None]
    assert_sound(order)
    assert (Refund.objects.count(), Release.objects.count()) == (1, 1)


def test_a_waiver_and_the_end_of_the_appeal(desk: Desk) -> None:
    order = desk.decided(70)
    meet(desk, order, "buyer waives")
    until = timers(order)[Action.ENFORCE]
    meet(desk, order, "seller waives", "sweep")
    api.run_due(until, order.pk)
    assert_sound(order)
    assert (Refund.objects.count(), Release.objects.count()) == (1, 1)
    assert OrderEvent.objects.filter(order=order, action=Action.ENFORCE).count() == 1
    assert money(order).refunding == eur(Refund.objects.get().amount_minor)
