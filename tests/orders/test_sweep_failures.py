"""A sweep that fails loses no deadline and holds up nobody: refused money, broken orders, a worker that dies."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.utils import OperationalError

from orders import api
from orders.models import Order, OrderEvent, Timer
from orders.services import acceptance
from orders.services import timers as sweep
from orders.states import Action, State
from payments import api as payments
from payments.contracts import ReleaseRequest
from tests.orders.scenes import HOUR, Desk, eur, get, money, timers
from tests.orders.test_timers import in_thread

MINUTE = timedelta(minutes=1)


def test_money_that_is_refused_keeps_the_deadline(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a timer of a state that is over may be dropped: without this one nobody would ever accept."""
    order = desk.delivered()
    at = timers(order)[Action.AUTO_ACCEPT]

    def refuse(request: ReleaseRequest, moment: datetime) -> None:
        raise payments.ExceedsHold

    with monkeypatch.context() as patch:
        patch.setattr(payments, "release", refuse)
        api.run_due(at)
    assert (get(order.pk).state, Action.AUTO_ACCEPT in timers(order)) == (State.DELIVERED, True)
    api.run_due(at + HOUR)
    assert (get(order.pk).state, money(order).clearing) == (State.COMPLETED, eur(5_220))


@pytest.fixture
def broken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Order:
    order = desk.delivered()
    accept = sweep.HANDLERS[Action.AUTO_ACCEPT]

    def fail(found: Order, moment: Any) -> None:
        if found.pk == order.pk:
            raise RuntimeError("disk on fire")
        accept(found, moment)

    monkeypatch.setitem(sweep.HANDLERS, Action.AUTO_ACCEPT, fail)
    return order


def test_orders_that_always_fail_do_not_fill_every_batch(desk: Desk, broken: Order) -> None:
    healthy = desk.delivered(at=desk.at + 2 * HOUR)  # due later: a bounded batch begins with the broken one
    at = timers(healthy)[Action.AUTO_ACCEPT]
    api.run_due(at, limit=1)
    assert get(healthy.pk).state == State.DELIVERED
    api.run_due(at, limit=1)
    assert get(healthy.pk).state == State.COMPLETED


def test_each_failure_makes_the_next_try_later(desk: Desk, broken: Order) -> None:
    at = timers(broken)[Action.AUTO_ACCEPT]
    rests = []
    for _ in range(12):
        api.run_due(at)
        at_next = Timer.objects.get(order=broken, kind=Action.AUTO_ACCEPT).retry_at
        assert at_next
        rests.append(at_next - at)
        at = at_next
    assert (rests[:3], rests[-1]) == ([MINUTE / 6, MINUTE / 3, MINUTE * 2 / 3], HOUR)


def test_somebody_who_asks_for_one_order_does_not_wait(
    desk: Desk, broken: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = timers(broken)[Action.AUTO_ACCEPT]
    api.run_due(at)
    monkeypatch.undo()
    assert api.run_due(at, broken.pk) == 1
    assert get(broken.pk).state == State.COMPLETED


@pytest.mark.django_db(transaction=True)
def test_a_sweeper_that_dies_in_the_middle_leaves_it_to_the_next(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection ends after the state, the money and the notices were written, before the commit."""
    order = desk.delivered()
    at = timers(order)[Action.AUTO_ACCEPT]
    reached, ended = threading.Event(), threading.Event()
    found: list[Any] = []
    tell = acceptance._accepted

    def hang(*given: Any, **more: Any) -> None:
        tell(*given, **more)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            found.append(cursor.fetchone()[0])
        reached.set()
        ended.wait(timeout=20)

    def run() -> None:
        try:
            api.run_due(at)
        except OperationalError as error:
            found.append(error)

    with monkeypatch.context() as patch:
        patch.setattr(acceptance, "_accepted", hang)
        thread = in_thread(run)
        assert reached.wait(timeout=20)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [found[0]])
        ended.set()
        thread.join()
    assert (get(order.pk).state, money(order).held) == (State.DELIVERED, order.all_in)
    api.run_due(at + HOUR)
    assert (get(order.pk).state, money(order).clearing) == (State.COMPLETED, eur(5_220))
    assert OrderEvent.objects.filter(order=order, action=Action.AUTO_ACCEPT).count() == 1
