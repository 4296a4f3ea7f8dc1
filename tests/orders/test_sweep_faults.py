"""The sweep while things break: killed workers, two beats, an empty Redis, a PostgreSQL that restarts, wrong clocks.

Real processes and servers. Whatever happens, each order ends with every step once, and the money agrees; the controls
show that the tests would see it otherwise.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib import parse

import psycopg2
import pytest
import redis
from django.db import connection

from bootstrap import servers
from bootstrap.checkout import ROOT, Checkout
from bootstrap.servers import Place
from bootstrap.state import State as Kept
from bootstrap.supervisor import Supervisor
from inbox.models import Notification
from marketplace.kernel import clock
from orders.models import Order, OrderEvent, Timer
from orders.states import Action, State
from payments.services import books
from tests.bootstrap.conftest import clean_env
from tests.orders import sweepers
from tests.orders.scenes import DAY, HOUR, MINUTE, Desk, eur, get, money
from tests.orders.sweepers import SILENCE
from tests.support.processes import wait_until
from tests.support.runner import Runner
from tests.support.site import REDIS_MARK, _take_redis_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]

SWEEP, TICK = "tests.orders.sweepers:sweep", "tests.orders.sweepers:tick"


def _database_url() -> str:
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)


def _env(database: str, **more: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "tests.support.worker_settings",
        "BASE_SETTINGS": os.environ["DJANGO_SETTINGS_MODULE"],
        "DATABASE_URL": database,
        "STRIPE_API_BASE": "http://127.0.0.1:9",
        **more,
    }


@pytest.fixture(scope="module")
def broker() -> Iterator[redis.Redis]:
    """A Redis database of these workers alone."""
    url = _take_redis_database()
    found = redis.Redis.from_url(url)
    found.url = url  # type: ignore[attr-defined]
    yield found
    found.flushdb()


@pytest.fixture(scope="module")
def runner(django_db_setup: None, broker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    env = _env(_database_url(), REDIS_URL=broker.url)
    found = Runner(env, tmp_path_factory.mktemp("runner"), sweepers.__name__)
    yield found
    found.stop()


@pytest.fixture
def at() -> datetime:
    """The processes ask the database what time it is."""
    return clock.now() - SILENCE - HOUR


@pytest.fixture
def silent(desk: Desk) -> list[Order]:
    """Delivered 73 hours ago: a reminder and the acceptance are due."""
    return [desk.delivered(desk.at) for _ in range(5)]


def all_is_well(orders: list[Order]) -> None:
    assert {get(order.pk).state for order in orders} == {State.COMPLETED}
    assert {money(order).clearing for order in orders} == {eur(5_220)}
    happened = Counter(OrderEvent.objects.values_list("order_id", "action"))
    assert set(happened.values()) == {1}
    told = Notification.objects.filter(kind__in=["order_check", "order_accepted"]).values_list("recipient_id", "kind")
    assert sorted(Counter(told).values()) == [len(orders)] * 3
    assert books.differences() == []


# A worker that is killed


@pytest.mark.parametrize(
    ("point", "reminded"),
    [("before the first commit", 0), ("after the first commit", 5), ("before the second commit", 5)],
)
def test_killed_in_the_middle(runner: Runner, silent: list[Order], point: str, reminded: int) -> None:
    runner.dies(SWEEP, at=point)
    happened = Counter(OrderEvent.objects.values_list("action", flat=True))
    assert (happened[Action.REMIND_ACCEPTANCE], happened[Action.AUTO_ACCEPT]) == (reminded, 0)
    assert {money(order).held for order in silent} == {order.all_in for order in silent}
    runner.finish(SWEEP)
    all_is_well(silent)


def test_control_a_sweep_in_halves_leaves_money_behind(runner: Runner, silent: list[Order]) -> None:
    runner.dies("tests.orders.sweepers:sweep_in_halves", at="")
    runner.finish(SWEEP)
    with pytest.raises(AssertionError):
        all_is_well(silent)
    stuck = [order for order in silent if get(order.pk).state == State.COMPLETED and money(order).held]
    assert len(stuck) == 1


# Two beats, and what they send


def test_two_beats_send_two_ticks_at_once(runner: Runner, silent: list[Order]) -> None:
    workers = [runner.start(TICK) for _beat in range(2)]
    assert [runner.wait(worker) for worker in workers] == [0, 0]
    runner.finish(TICK)  # what was locked for both at the same moment waits for the next tick
    all_is_well(silent)


def flush(broker: redis.Redis) -> None:
    """Everything is gone, but for the mark that this database is taken."""
    broker.flushdb()
    broker.set(REDIS_MARK, os.getpid())


def test_redis_is_flushed_with_work_in_it(runner: Runner, silent: list[Order], broker: redis.Redis) -> None:
    flush(broker)
    runner.finish("tests.orders.sweepers:tick_of_many")
    assert broker.llen("celery") == 2  # one for each sweeper
    assert {get(order.pk).state for order in silent} == {State.DELIVERED}
    flush(broker)
    runner.finish(TICK)
    all_is_well(silent)


def test_control_without_a_tick_nothing_is_lost_and_nothing_done(
    runner: Runner, silent: list[Order], broker: redis.Redis
) -> None:
    runner.finish("tests.orders.sweepers:tick_of_many")
    flush(broker)
    assert Timer.objects.filter(order__in=silent, kind=Action.AUTO_ACCEPT).count() == 5
    with pytest.raises(AssertionError):
        all_is_well(silent)


# A worker whose clock is wrong


@pytest.fixture
def around_now(desk: Desk) -> tuple[Order, Order]:
    """One was due an hour ago, the other is in a day."""
    overdue, later = desk.delivered(desk.at), desk.delivered(desk.at)
    now = clock.now()
    Timer.objects.filter(order=overdue, kind=Action.AUTO_ACCEPT).update(due_at=now - HOUR)
    Timer.objects.filter(order=later).update(due_at=now + DAY)
    return overdue, later


@pytest.mark.parametrize("days", [-2, 2])
def test_a_clock_that_is_two_days_off_changes_nothing(
    runner: Runner, around_now: tuple[Order, Order], days: int
) -> None:
    overdue, later = around_now
    runner.finish("tests.orders.sweepers:with_a_wrong_clock", days, False)
    assert [get(order.pk).state for order in around_now] == [State.COMPLETED, State.DELIVERED]
    accepted = overdue.events.get(action=Action.AUTO_ACCEPT).at
    assert abs(clock.now() - accepted) < MINUTE
    assert Timer.objects.get(order=later, kind=Action.AUTO_ACCEPT).due_at


@pytest.mark.parametrize(("days", "states"), [(-2, ["delivered", "delivered"]), (2, ["completed", "completed"])])
def test_control_a_sweep_that_asked_python_would_be_wrong(
    runner: Runner, around_now: tuple[Order, Order], days: int, states: list[str]
) -> None:
    runner.finish("tests.orders.sweepers:with_a_wrong_clock", days, True)
    assert [get(order.pk).state for order in around_now] == states


# PostgreSQL restarts


class OwnPostgres:
    """A server of these tests' own, which nobody else misses while it is away. Both run where it is."""

    def __init__(self, folder: Path) -> None:
        self.checkout = Checkout(ROOT, folder / ".data")
        self.checkout.prepare()
        self.place = Place.lasting(self.checkout, Kept(self.checkout.data / "state.json"))
        self.supervisor = Supervisor(self.checkout.data / "processes.json")
        self.url = self._start()

    def _start(self) -> str:
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("DATABASE_URL")  # that server is everybody's
            return servers.provide(self.place, self.supervisor).database

    def restart(self) -> None:
        """Sessions end in the middle of whatever they do."""
        self.supervisor.stop()
        assert self._start() == self.url

    def crash(self) -> None:
        """As if the power went: what was not written yet is gone."""
        lock = next(self.checkout.data.rglob("postmaster.pid"))
        os.kill(int(lock.read_text().split()[0]), signal.SIGQUIT)
        wait_until(lambda: not lock.exists(), seconds=30, what="the end of PostgreSQL", every=0.05)
        self.restart()

    def copy(self, name: str) -> str:
        """Another database that is as this one; returns its address."""
        with closing(psycopg2.connect(parse.urlparse(self.url)._replace(path="/postgres").geturl())) as asked:
            asked.autocommit = True
            with asked.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {name} TEMPLATE {parse.urlparse(self.url).path[1:]}")
        return parse.urlparse(self.url)._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="module")
def postgres() -> Iterator[OwnPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="artisan-restart-"))
    folder.chmod(0o755)
    own = OwnPostgres(folder)
    try:
        env = clean_env(_env(own.url, REDIS_URL=os.environ["REDIS_URL"]))
        migrate = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=env, check=True, timeout=150)
        yield own
    finally:
        own.supervisor.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Restarted:
    """Six deliveries that are due, in a database of their own, and the workers that sweep them."""

    postgres: OwnPostgres
    database: str
    workers: Runner
    progress: Path

    def dies_in(self, job: str, how: Callable[[OwnPostgres], None] = OwnPostgres.restart) -> None:
        """PostgreSQL restarts at the third of six acceptances. The worker's connection is gone, and it says so."""
        sweeping = self.workers.start(job, str(self.progress))
        wait_until(lambda: self.progress.stat().st_size >= 3, seconds=30, what="the third acceptance", every=0.05)
        how(self.postgres)
        assert self.workers.wait(sweeping) == 1

    def accepted(self) -> int:
        with closing(psycopg2.connect(self.database)) as asked, asked.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM orders_orderevent WHERE action = 'auto_accept'")
            return int(cursor.fetchone()[0])

    def goes_on(self) -> None:
        """The one it was at rests for ten seconds where that could still be written; a minute later all go on."""
        self.workers.finish(SWEEP, later=timedelta(minutes=1).total_seconds())
        self.workers.finish("tests.orders.sweepers:all_is_well", 6)


@pytest.fixture
def restarted(postgres: OwnPostgres, broker: Any, tmp_path: Path) -> Iterator[Restarted]:
    database = postgres.copy(f"own_{uuid.uuid4().hex}")
    progress = tmp_path / "progress"
    progress.touch()
    workers = Runner(_env(database, REDIS_URL=broker.url), tmp_path, sweepers.__name__)
    try:
        workers.finish("tests.orders.sweepers:stage", 6)
        yield Restarted(postgres, database, workers, progress)
    finally:
        workers.stop()


@pytest.mark.long
@pytest.mark.xdist_group("own postgres")
def test_postgresql_restarts_in_the_middle(restarted: Restarted) -> None:
    restarted.dies_in("tests.orders.sweepers:slow_sweep")
    assert 2 <= restarted.accepted() < 6
    restarted.goes_on()


@pytest.mark.long
@pytest.mark.xdist_group("own postgres")
def test_postgresql_forgets_its_last_commits(restarted: Restarted) -> None:
    """The sweep's do not wait for the disk: what was forgotten is due again, and done once."""
    restarted.dies_in("tests.orders.sweepers:slow_sweep", OwnPostgres.crash)
    assert restarted.accepted() < 6
    restarted.goes_on()


@pytest.mark.long
@pytest.mark.xdist_group("own postgres")
def test_control_a_sweep_in_one_transaction_loses_all_of_it(restarted: Restarted) -> None:
    """What had been accepted when PostgreSQL went away is as if it had never been; all six have to be done again."""
    restarted.dies_in("tests.orders.sweepers:slow_sweep_in_one_transaction")
    assert restarted.accepted() == 0
    restarted.goes_on()
