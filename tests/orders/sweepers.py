"""What the processes of the sweep's fault tests do; each is called with a moment by ``tests/support/runner.py``."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from accounts import api as accounts
from accounts.models import User
from marketplace.kernel import clock, periodic
from orders import api, tasks
from orders.models import Order, OrderEvent
from orders.services import funds, timers
from orders.states import Action
from payments.services import books
from tests.orders.scenes import HOUR, Desk

SILENCE = 73 * HOUR  # a delivery that long ago is accepted by itself, after one reminder


def tick(_at: datetime) -> None:
    """As a worker does it: the moment is asked of the database."""
    periodic.run("orders.tasks.sweep")


def tick_of_many(_at: datetime) -> None:
    """A tick that finds more than it can do in its slice."""
    tasks._SLICE_SECONDS = 0.0
    periodic.run("orders.tasks.sweep")


def sweep(at: datetime) -> None:
    api.run_due(at)


def slow_sweep(at: datetime, progress: str) -> None:
    """A byte goes into the file as each acceptance begins; afterwards its order stays open for a while."""
    accept = timers.HANDLERS[Action.AUTO_ACCEPT]

    def dawdle(order: Order, at: datetime) -> None:
        with Path(progress).open("ab") as begun:
            begun.write(b".")
        accept(order, at)
        time.sleep(0.4)

    timers.HANDLERS[Action.AUTO_ACCEPT] = dawdle
    timers.sweep(at, limit=1_000, seconds=60)


def slow_sweep_in_one_transaction(at: datetime, progress: str) -> None:
    """The control: what is done for one order stands only when all are done."""
    with transaction.atomic():
        slow_sweep(at, progress)


def sweep_in_halves(at: datetime) -> None:
    """The control: the state is committed before the money moves, and the process dies between the two."""

    def die(_change: Any) -> None:
        connection.connection.commit()
        os.kill(os.getpid(), signal.SIGKILL)

    funds.release_whole = die
    api.run_due(at)


def with_a_wrong_clock(_at: datetime, days: int, asks_python: bool) -> None:
    """This machine's clock is days off, wherever the project or the library asks it; ``asks_python`` is the control."""
    off = timedelta(days=days)

    class AnyDatetime(type):
        def __instancecheck__(cls, one: object) -> bool:
            return isinstance(one, datetime)

    class Shifted(datetime, metaclass=AnyDatetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + off

    for module in list(sys.modules.values()):
        named = (getattr(module, "__name__", "") or "").partition(".")[0]
        if named in {"marketplace", "orders", "payments", "inbox", "accounts", "gigs", "django", "celery"}:
            for name, value in list(vars(module).items()):
                if value is datetime:
                    setattr(module, name, Shifted)
    now = time.time
    time.time = lambda: now() + off.total_seconds()
    if asks_python:
        clock.use(lambda: Shifted.now(UTC))
    tick(_at)


def stage(at: datetime, number: int) -> None:
    """People and so many deliveries that nobody answered, in a database of their own."""
    with transaction.atomic():
        buyer = User.objects.create_user("bea@example.org", display_name="Bea Buyer")
        seller = User.objects.create_user("tom@example.org", display_name="Tom Oliveira")
        accounts.become_seller(user_id=seller.pk, country="PT", at=at)
        desk = Desk(buyer, seller, buyer, at - SILENCE - HOUR)
        for _ in range(number):
            desk.delivered(desk.at)


def all_is_well(_at: datetime, number: int) -> None:
    """So many orders were accepted, each once, and the money agrees."""
    happened = Counter(OrderEvent.objects.values_list("order_id", "action"))
    assert sum(1 for (_, action) in happened if action == Action.AUTO_ACCEPT) == number
    assert sum(1 for (_, action) in happened if action == Action.REMIND_ACCEPTANCE) == number
    assert set(happened.values()) == {1}
    assert books.differences() == []
