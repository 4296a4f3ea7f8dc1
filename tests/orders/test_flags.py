"""Timers that flag or remind, many at once: the same rows as one by one, in due order, in as many statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from inbox.models import Notification
from marketplace.kernel.models import OutboxMessage
from orders import api
from orders.models import Order, OrderEvent, Timer
from orders.services import flags
from orders.services import timers as sweep
from orders.states import Action, State
from tests.orders.scenes import DAY, HOUR, MINUTE, Desk, get, timers
from tests.orders.test_timers import in_thread

_ROWS = {Order: "pk", OrderEvent: "order_id", Timer: "order_id", Notification: "key", OutboxMessage: "key"}


def _rows() -> dict[str, list[dict[str, Any]]]:
    """All that a flag writes, without numbers that the database counts up."""
    found = {}
    for model, order in _ROWS.items():
        rows = [{**row} for row in model.objects.order_by(order, "id").values()]  # type: ignore[attr-defined]
        for row in rows:
            if isinstance(row["id"], int):
                del row["id"]
        found[model.__name__] = sorted(rows, key=repr)
    return found


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _one_by_one(orders: list[Order], at: datetime) -> int:
    return sum(api.run_due(at, order.pk) for order in orders)


def _in_batches(_orders: list[Order], at: datetime) -> int:
    fired = 0
    while batch := flags.run_batch(at, 500).fired:
        fired += batch
    return fired


def _written(way: Callable[[list[Order], datetime], int], orders: list[Order], at: datetime) -> tuple[int, Any]:
    with _undone():
        return way(orders, at), _rows()


@pytest.fixture
def orders(desk: Desk) -> list[Order]:
    """Each kind of flag, some of them twice: of a first deadline and of a revision, in two zones of readers."""
    desk.seller.time_zone = "Asia/Tokyo"
    desk.seller.save()
    return [
        desk.in_progress(),
        desk.in_progress(at=desk.at + HOUR),
        desk.waiting(),
        desk.waiting(at=desk.at + HOUR),
        desk.in_revision(),
        desk.delivered(),
        desk.delivered(at=desk.at + 3 * HOUR),
    ]


@pytest.mark.parametrize("after", [18 * HOUR, 23 * HOUR, 30 * HOUR, 50 * HOUR, 3 * DAY])
def test_many_at_once_write_the_same_rows_as_one_by_one(desk: Desk, orders: list[Order], after: Any) -> None:
    at = desk.at + after
    with_flags_only = [order for order in orders if _only_flags(order, at)]
    others = [order for order in orders if order not in with_flags_only]
    Timer.objects.filter(order__in=others).delete()
    before = _rows()
    fired, singly = _written(_one_by_one, with_flags_only, at)
    assert fired > 0
    assert singly != before
    assert _written(_in_batches, with_flags_only, at) == (fired, singly)


def _only_flags(order: Order, at: datetime) -> bool:
    due = {kind for kind, moment in timers(order).items() if moment <= at}
    return due <= set(flags.KINDS)


def test_every_kind_was_compared(desk: Desk, orders: list[Order]) -> None:
    kinds = {kind for order in orders for kind in timers(order)}
    assert kinds >= set(flags.KINDS)


def test_per_order_they_fire_in_due_order_with_everything_else(desk: Desk) -> None:
    order = desk.in_progress()
    sweep.sweep(desk.at + 60 * DAY, limit=1_000, seconds=20)
    events = list(order.events.order_by("version").values_list("action", "at"))
    assert [action for action, _ in events[2:]] == [
        Action.WARN_DEADLINE, Action.BECOME_LATE, Action.BECOME_VERY_LATE, Action.HARD_STOP,
    ]  # fmt: skip


def test_a_flag_waits_for_what_is_due_before_it(desk: Desk) -> None:
    order = desk.in_progress()
    first = timers(order)[Action.BECOME_LATE]
    Timer.objects.create(order=order, kind=Action.CLOSE_PAYMENT, due_at=desk.at, order_version=order.version)
    assert flags.run_batch(first, 10) == flags.Batch()
    api.run_due(first)
    actions = list(order.events.order_by("version").values_list("action", flat=True))[2:]
    assert actions == [Action.CLOSE_PAYMENT, Action.WARN_DEADLINE, Action.BECOME_LATE]


def test_clocks_that_stand_still_flag_nothing(desk: Desk) -> None:
    from orders.models import Stopped

    paused, resting = desk.in_progress(), desk.in_progress()
    Timer.objects.stop(paused, Stopped.PAUSE, desk.at + HOUR)
    Timer.objects.stop(resting, Stopped.REST, desk.at + HOUR)
    before = _rows()
    assert flags.run_batch(desk.at + 60 * DAY, 100) == flags.Batch()
    assert _rows() == before


def test_a_guard_that_says_no_drops_the_timer_and_nothing_else(desk: Desk) -> None:
    order = desk.delivered()
    Timer.objects.create(order=order, kind=Action.BECOME_LATE, due_at=desk.at, order_version=1)
    version = order.version
    assert flags.run_batch(desk.at + 2 * HOUR, 10) == flags.Batch(held=1)
    assert (get(order.pk).version, get(order.pk).is_late) == (version, False)
    assert set(timers(order)) == {Action.REMIND_ACCEPTANCE, Action.AUTO_ACCEPT}


def test_the_number_of_statements_does_not_grow(desk: Desk) -> None:
    def statements(orders: int) -> int:
        for _ in range(orders):
            desk.waiting()
            desk.in_progress()
            desk.delivered()
        with CaptureQueriesContext(connection) as asked:
            assert flags.run_batch(desk.at + 49 * HOUR, 1_000).fired == 3 * orders
        Timer.objects.all().delete()
        return len(asked)

    assert statements(2) == statements(7) == 13


def test_where_a_batch_fails_each_order_is_done_singly(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, healthy = desk.in_progress(), desk.in_progress()
    late = flags._FLAGS[Action.WARN_DEADLINE]

    def fail(order: Order, at: datetime, clocks: Any) -> Any:
        if order.pk == broken.pk:
            raise RuntimeError("disk on fire")
        return late(order, at, clocks)

    at = desk.at + 18 * HOUR
    with monkeypatch.context() as patch:
        patch.setitem(flags._FLAGS, Action.WARN_DEADLINE, fail)
        assert api.run_due(at) == 1
    assert OrderEvent.objects.filter(action=Action.WARN_DEADLINE).get().order_id == healthy.pk
    assert api.run_due(at) == 0  # it rests
    assert api.run_due(at + MINUTE) == 1
    assert OrderEvent.objects.filter(order=broken, action=Action.WARN_DEADLINE).count() == 1


@pytest.mark.django_db(transaction=True)
def test_orders_in_somebodys_hands_are_left_out(desk: Desk) -> None:
    taken, free = desk.in_progress(), desk.in_progress()
    fired: list[flags.Batch] = []
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=taken.pk)
        in_thread(lambda: fired.append(flags.run_batch(desk.at + 18 * HOUR, 10))).join(timeout=20)
    assert fired == [flags.Batch(1, 1)]
    assert OrderEvent.objects.filter(action=Action.WARN_DEADLINE).get().order_id == free.pk
    assert flags.run_batch(desk.at + 18 * HOUR, 10) == flags.Batch(1, 1)


def test_a_sweep_goes_on_after_a_batch_that_another_had_just_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between what a claim reads and what it locks somebody else may commit: it then holds orders without a flag."""
    orders, at = [desk.in_progress() for _ in range(4)], desk.at + 18 * HOUR
    claim, claimed = flags.claim, list(flags.claim(at, 2))
    assert flags.run_batch(at, 2).fired == 2
    answers = iter([claimed])
    monkeypatch.setattr(flags, "claim", lambda *given: next(answers, None) or claim(*given))
    assert sweep.sweep(at, limit=100, seconds=20).fired == 2
    warned = OrderEvent.objects.filter(action=Action.WARN_DEADLINE).values_list("order_id", flat=True)
    assert sorted(warned) == sorted(order.pk for order in orders)


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_flag_each_order_once(desk: Desk) -> None:
    orders = [desk.in_progress() for _ in range(12)]
    at = desk.at + 23 * HOUR
    fired: list[int] = []
    threads = [in_thread(lambda: fired.append(api.run_due(at))) for _sweeper in range(2)]
    for thread in threads:
        thread.join()
    api.run_due(at)
    events = OrderEvent.objects.filter(action=Action.BECOME_LATE)
    assert sorted(events.values_list("order_id", flat=True)) == sorted(order.pk for order in orders)
    assert Notification.objects.filter(kind="order_late").count() == 24
    assert {get(order.pk).is_late for order in orders} == {True}
    assert {get(order.pk).state for order in orders} == {State.IN_PROGRESS}
