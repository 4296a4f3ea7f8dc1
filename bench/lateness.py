"""How late what falls due is done: a hundred timers a second, with real workers and a tick every five seconds.

Flags and money alike, each kind as often as the others. Money that leaves is intended and written; the brakes hold
it back, because a queue of calls to Stripe is not what is measured.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from bench import database
from bench.crowd import FLAG_KINDS, MONEY_KINDS, Crowd
from bench.goals import Goal, at_most
from bench.processes import workers
from marketplace.celery import app
from marketplace.kernel import clock
from marketplace.kernel.periodic import run_job
from payments.models import Outflow
from payments.operations import brakes
from payments.services import books

_A_SECOND = 100
_WORKERS = 2
_TICK_SECONDS = 5
_START = timedelta(seconds=15)  # until the workers are up
_PATIENCE_SECONDS = 300

# Which falls due when is drawn by lot.
_SPREAD = """
CREATE TABLE bench_due AS
SELECT id, order_id, kind, %s + row_number() OVER (ORDER BY md5(id::text)) * interval '1 second' / %s AS due_at
FROM orders_timer WHERE due_at <= %s;
UPDATE orders_timer SET due_at = bench_due.due_at FROM bench_due WHERE bench_due.id = orders_timer.id;
"""
# When its event was committed, not when it says it happened.
_LATE = """
SELECT percentile_cont(array[0.5, 0.99]) WITHIN GROUP (
    ORDER BY extract(epoch FROM pg_xact_commit_timestamp(event.xmin) - bench_due.due_at)), count(*)
FROM bench_due JOIN orders_orderevent event ON event.order_id = bench_due.order_id AND event.action = bench_due.kind
    AND event.at >= bench_due.due_at
"""


def while_they_fall_due(waiting: int, minutes: float) -> Iterator[Goal]:
    database.fresh("bench_lateness")
    crowd, number = Crowd(clock.now()), int(minutes * 60 * _A_SECOND)
    of_money = number * MONEY_KINDS // (MONEY_KINDS + FLAG_KINDS)
    crowd.owe_money(of_money)
    crowd.owe_flags(number - of_money)
    crowd.wait(waiting)
    for outflow in Outflow:
        brakes.pull(outflow, reason="not what is measured", by_id=None, at=crowd.at)
    database.run("VACUUM ANALYZE")
    with TemporaryDirectory(prefix="bench-") as name:
        app.control.purge()
        start = clock.now() + _START
        database.run(_SPREAD, [start, _A_SECOND, crowd.at])
        with workers(Path(name), settings.STRIPE_API_BASE, _WORKERS, concurrency=1):
            _tick_until_done()
    ((median, worst), done) = database.run(_LATE)[0]
    due = database.run("SELECT count(*) FROM bench_due")[0][0]
    if done != due or (found := books.differences()):
        raise AssertionError(f"{done} of {due} were done; differences: {found[:3]}")
    print(f"  {done:,} fell due in {minutes:g} min while {waiting:,} wait")
    yield at_most(f"lateness of {_A_SECOND} a second, {waiting:,} waiting: median", 5, median, "s")
    yield at_most(f"lateness of {_A_SECOND} a second, {waiting:,} waiting: p99", 15, worst, "s")


def _tick_until_done() -> None:
    last = database.run("SELECT max(due_at) FROM bench_due")[0][0]
    while (left := _left()) or clock.now() < last:
        if (clock.now() - last).total_seconds() > _PATIENCE_SECONDS:
            raise AssertionError(f"{left} are left")
        run_job.apply_async(("orders.tasks.sweep",), expires=_TICK_SECONDS)
        time.sleep(_TICK_SECONDS)


def _left() -> int:
    return int(
        database.run("SELECT count(*) FROM bench_due JOIN orders_timer USING (id, due_at) WHERE due_at <= now()")[0][0]
    )
