"""The sweep: once, in order, whoever runs it and however often."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from marketplace.kernel import outbox
from orders import api
from orders.models import Order, OrderEvent, Timer
from orders.services import flags
from orders.services import timers as sweep
from orders.states import Action, State
from payments.operations import queue
from tests.orders.scenes import DAY, HOUR, Desk, eur, get, money, timers


def in_thread(call: Callable[[], Any]) -> threading.Thread:
    def run() -> None:
        try:
            call()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_second_sweep_finds_nothing(desk: Desk) -> None:
    order = desk.delivered()
    until = timers(order)[Action.AUTO_ACCEPT]
    assert api.run_due(until) == 2
    before = OrderEvent.objects.count()
    assert api.run_due(until) == 0
    assert (OrderEvent.objects.count(), money(order).clearing) == (before, eur(5_220))


def test_nothing_fires_a_second_early(desk: Desk) -> None:
    order = desk.in_progress()
    assert order.due_at
    api.run_due(order.due_at - timedelta(seconds=1))
    assert not get(order.pk).is_late
    api.run_due(order.due_at)
    assert get(order.pk).is_late


def test_per_order_they_fire_in_due_order(desk: Desk) -> None:
    order = desk.in_progress()
    api.run_due(desk.at + 60 * DAY)
    actions = list(order.events.order_by("version").values_list("action", flat=True))
    assert actions == [
        Action.PLACE, Action.PAY, Action.WARN_DEADLINE, Action.BECOME_LATE, Action.BECOME_VERY_LATE, Action.HARD_STOP,
    ]  # fmt: skip


def test_the_longest_overdue_come_first_and_the_batch_is_bounded(desk: Desk) -> None:
    second, first = desk.delivered(at=desk.at + 2 * HOUR), desk.delivered(at=desk.at + HOUR)
    at = timers(second)[Action.AUTO_ACCEPT]
    assert api.run_due(at, limit=1) == 2
    assert (get(first.pk).state, get(second.pk).state) == (State.COMPLETED, State.DELIVERED)
    assert api.run_due(at, limit=1) == 2
    assert get(second.pk).state == State.COMPLETED


def test_one_broken_order_does_not_stop_the_others(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, healthy = desk.delivered(), desk.delivered()
    at = timers(healthy)[Action.AUTO_ACCEPT]
    accept = sweep.HANDLERS[Action.AUTO_ACCEPT]

    def fail(order: Order, moment: Any) -> None:
        if order.pk == broken.pk:
            raise RuntimeError("disk on fire")
        accept(order, moment)

    monkeypatch.setitem(sweep.HANDLERS, Action.AUTO_ACCEPT, fail)
    api.run_due(at)
    assert (get(broken.pk).state, get(healthy.pk).state) == (State.DELIVERED, State.COMPLETED)
    # Nothing of the broken one was kept, the reminder that fired before it neither; a later run does it all.
    assert Action.AUTO_ACCEPT in timers(broken)
    monkeypatch.undo()
    api.run_due(at + HOUR)
    assert get(broken.pk).state == State.COMPLETED


def test_a_timer_of_a_state_that_is_over_is_dropped(desk: Desk) -> None:
    order = desk.delivered()
    Timer.objects.create(order=order, kind=Action.HARD_STOP, due_at=desk.at, order_version=1)
    api.run_due(desk.at + 2 * HOUR)
    assert (get(order.pk).state, Action.HARD_STOP in timers(order)) == (State.DELIVERED, False)


def test_an_orders_own_time_never_runs_backwards(desk: Desk) -> None:
    """The demo lets the next timer come early; what people do afterwards is not dated before it."""
    order = desk.delivered()
    until = timers(order)[Action.AUTO_ACCEPT]
    api.run_due(until, order.pk)
    desk.dispute(order, desk.at + 2 * HOUR)
    assert get(order.pk).last_event_at == until


def test_next_timer(desk: Desk) -> None:
    order = desk.in_progress()
    assert api.next_timer(order.pk) == desk.at + 18 * HOUR  # the warning four hours before
    assert api.next_timer(desk.pending().pk) == desk.at + timedelta(minutes=30)


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_share_the_work(desk: Desk) -> None:
    orders = [desk.delivered() for _number in range(6)]
    at = timers(orders[0])[Action.AUTO_ACCEPT]
    fired: list[int] = []
    threads = [in_thread(lambda: fired.append(api.run_due(at))) for _sweeper in range(2)]
    for thread in threads:
        thread.join()
    api.run_due(at)  # what was locked for both at the same moment waits for the next tick
    assert {get(order.pk).state for order in orders} == {State.COMPLETED}
    assert OrderEvent.objects.filter(action=Action.AUTO_ACCEPT).count() == 6
    assert {money(order).clearing for order in orders} == {eur(5_220)}


@pytest.mark.django_db(transaction=True)
def test_deadlines_do_not_wait_for_the_disk_and_what_leaves_the_site_does(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = timers(desk.in_progress())
    warned, at = running[Action.WARN_DEADLINE], running[Action.HARD_STOP]
    waits: list[bool] = []
    stop, update = sweep.HANDLERS[Action.HARD_STOP], outbox.OutboxMessage.objects.bulk_update

    def note(deed: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*given: Any) -> Any:
            with connection.cursor() as cursor:
                cursor.execute("SHOW synchronous_commit")
                waits.append(cursor.fetchone() == ("on",))
            return deed(*given)

        return noted

    monkeypatch.setattr(flags, "_write", note(flags._write))
    monkeypatch.setitem(sweep.HANDLERS, Action.HARD_STOP, note(stop))
    monkeypatch.setattr(outbox.OutboxMessage.objects, "bulk_update", note(update))
    monkeypatch.setattr(queue, "_leased", note(queue._leased))
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")  # servers that are thrown away have it off
    api.run_due(warned)
    assert waits == [False]
    monkeypatch.setattr(flags, "run_batch", lambda _at, _limit: flags.Batch())
    api.run_due(at)
    assert waits == [False, False]
    assert outbox.claim(at, 1)
    assert queue.claim_next(at)
    assert waits == [False, False, True, True]


@pytest.mark.django_db(transaction=True)
def test_an_order_in_somebodys_hands_is_skipped(desk: Desk) -> None:
    order = desk.delivered()
    at = timers(order)[Action.AUTO_ACCEPT]
    fired: list[int] = []
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=order.pk)
        in_thread(lambda: fired.append(api.run_due(at))).join(timeout=20)
    assert (fired, get(order.pk).state) == ([0], State.DELIVERED)
    assert api.run_due(at) == 2


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same race with a lock that does not lock."""
    from orders.services import acceptance

    def read(order_id: Any, at: Any) -> tuple[Order, Any]:
        order = Order.objects.get(pk=order_id)
        _meet.wait(timeout=20)
        return order, max(at, order.last_event_at)

    monkeypatch.setattr(acceptance, "lock", read)


_meet = threading.Barrier(2)


def _race(desk: Desk, order: Order) -> list[BaseException]:
    failures: list[BaseException] = []

    def accept() -> None:
        try:
            api.accept(order_id=order.pk, actor_id=desk.buyer.pk, at=desk.at + 2 * HOUR)
        except Exception as error:
            failures.append(error)

    threads = [in_thread(accept) for _click in range(2)]
    for thread in threads:
        thread.join()
    return failures


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_accept_once(desk: Desk) -> None:
    order = desk.delivered()
    failures = _race(desk, order)
    assert [type(error).__name__ for error in failures] == ["IllegalTransition"]
    assert (get(order.pk).state, money(order).clearing) == (State.COMPLETED, eur(5_220))


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_both_clicks_pass_the_guard(desk: Desk, unlocked: None) -> None:
    """Only the database's constraint is left to stop the second one: the lock is what makes it kind."""
    order = desk.delivered()
    failures = _race(desk, order)
    assert [type(error) for error in failures] == [IntegrityError]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE orders_orderevent SET action = 'x'", "DELETE FROM orders_orderevent", "TRUNCATE orders_orderevent"],
)
def test_events_are_for_ever(desk: Desk, statement: str) -> None:
    desk.in_progress()
    with (
        pytest.raises(DatabaseError, match="never changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {statement}")


@pytest.mark.parametrize(
    "change",
    [
        {"state": "imaginary"},
        {"price_minor": 0},
        {"percent": 101},
        {"is_very_late": True},
        {"currency": "euro"},
        {"paid_at": None},
    ],
)
def test_the_database_holds_what_must_hold(desk: Desk, change: dict[str, Any]) -> None:
    order = desk.in_progress()
    with pytest.raises(DatabaseError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**change)


def test_the_database_knows_that_nobody_orders_from_themselves(desk: Desk) -> None:
    order = desk.in_progress()
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(buyer=desk.seller)
