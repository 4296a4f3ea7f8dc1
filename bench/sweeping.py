"""The sweep: how fast timers that flag and timers that move money are done, and whether what waits slows it down.

Two processes do what two workers do: the product's own sweep, slice after slice, until nothing is due.
"""

from __future__ import annotations

import multiprocessing
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, transaction

from bench import database
from bench.crowd import Crowd, due
from bench.goals import Goal, at_least, at_most, median
from marketplace.kernel import clock
from marketplace.kernel.memory import settle
from orders.services import flags, timers
from payments.services import books

_WORKERS = 2
_LIMIT = 1_000_000
_CLAIMS = 200
_ALL_COLUMNS = re.compile(r'^SELECT "orders_timer"\."id", .*?(?= FROM)')
_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Work:
    """What one worker did: timers, seconds, and how long each of its batches held locks, in milliseconds."""

    fired: int
    seconds: float
    held: list[float]


@cache
def waiting(count: int) -> tuple[str, Crowd]:
    """The name of a database in which so many timers wait, and who is in it; made once."""
    name = f"bench_waiting_{count}"
    database.fresh(name)
    began = time.monotonic()
    crowd = Crowd(clock.now())
    crowd.wait(count)
    database.run("VACUUM ANALYZE")
    print(f"  {count:,} timers wait, prepared in {time.monotonic() - began:.0f} s", flush=True)
    return name, crowd


def flagging(waiting_count: int, count: int) -> Iterator[Goal]:
    like, crowd = waiting(waiting_count)
    database.fresh("bench_flags", like)
    crowd.owe_flags(count)
    database.run("VACUUM ANALYZE")
    was_due = due(crowd.at)
    began = time.perf_counter()
    work = _together(crowd.at)
    seconds = time.perf_counter() - began
    fired, held = sum(one.fired for one in work), sorted(ms for one in work for ms in one.held)
    if due(crowd.at) or fired != was_due:
        raise AssertionError(f"{fired} fired of {was_due}, {due(crowd.at)} are left")
    print(f"  {fired:,} in {seconds:.1f} s; a batch holds its locks {median(held):.0f} ms, at most {held[-1]:.0f} ms")
    yield at_least(f"flags, {was_due:,} due among {waiting_count:,}, two workers", 2_000, fired / seconds, "/s")
    yield at_most("a batch of flags holds its locks, at most", 100, held[-1], "ms")


def moving_money(count: int) -> Iterator[Goal]:
    database.fresh("bench_sweep_money")
    crowd = Crowd(clock.now())
    crowd.owe_money(count)
    database.run("VACUUM ANALYZE")
    was_due = due(crowd.at)
    began = time.perf_counter()
    work = _together(crowd.at)
    seconds = time.perf_counter() - began
    if due(crowd.at) or (found := books.differences()):
        raise AssertionError(f"{due(crowd.at)} are left; differences: {found[:3]}")
    print(f"  {was_due:,} in {seconds:.1f} s, {' and '.join(str(one.fired) for one in work)}")
    yield at_most(f"money, {was_due:,} due at once, two workers", 60, seconds, "s")


def _together(at: datetime) -> list[Work]:
    connection.close()
    with _FORK.Pool(_WORKERS) as pool:
        return pool.map(_drain, [at] * _WORKERS, chunksize=1)


def _drain(at: datetime) -> Work:
    """Slices as a worker takes them, until one finds nothing."""
    settle()
    held: list[float] = []
    run_batch = flags.run_batch

    def timed(at: datetime, limit: int) -> flags.Batch:
        began = time.perf_counter()
        batch = run_batch(at, limit)
        if batch.fired:
            held.append((time.perf_counter() - began) * 1_000)
        return batch

    flags.run_batch = timed
    began, fired = time.perf_counter(), 0
    while True:
        swept = timers.sweep(at, limit=_LIMIT, seconds=1)
        fired += swept.fired
        if not swept.more:
            return Work(fired, time.perf_counter() - began, held)


def claiming(waiting_count: int, count: int) -> Iterator[Goal]:
    """Both claims, of flags and of single orders, with as much due among all that wait and among a tenth of it."""
    counts = (waiting_count // 10, waiting_count)
    crowds = [_with_flags_due(each, count) for each in counts]
    for what in _CLAIM:
        few, many = ([_claim(what, name, at) for _ in range(_CLAIMS)] for name, at in crowds)
        _explain(what, crowds[-1][1])
        print(f"  {what}: {median(few):.2f} ms among {counts[0]:,}, {median(many):.2f} ms among {counts[1]:,}")
        yield at_most(
            f"claim of {what}, {counts[1]:,} waiting against {counts[0]:,}", 1.2, median(many) / median(few), "x"
        )


def _with_flags_due(waiting_count: int, count: int) -> tuple[str, datetime]:
    like, crowd = waiting(waiting_count)
    name = f"bench_claim_{waiting_count}"
    database.fresh(name, like)
    crowd.owe_flags(count)
    database.run("VACUUM ANALYZE")
    return name, crowd.at


def _claim(what: str, name: str, at: datetime) -> float:
    """Milliseconds; what it locks is let go."""
    database.use(name)
    with transaction.atomic():
        began = time.perf_counter()
        _CLAIM[what](at)
        return (time.perf_counter() - began) * 1_000


_CLAIM: dict[str, Callable[[datetime], object]] = {
    "flags": lambda at: list(flags.claim(at, timers.FLAGS_AT_ONCE)),
    "single orders": lambda at: timers.candidates(at, timers.ORDERS_AT_ONCE),
}


def _explain(what: str, at: datetime) -> None:
    with transaction.atomic(), connection.execute_wrapper(_explained):
        _CLAIM[what](at)


def _explained(execute: Any, statement: str, arguments: Any, many: bool, context: dict[str, Any]) -> Any:
    """Prints the plan of a statement before it is executed."""
    cursor = context["cursor"].cursor
    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {statement}", arguments)
    print(f"    {_ALL_COLUMNS.sub('SELECT …', statement)}")
    for (line,) in cursor.fetchall():
        print(f"      {line}")
    return execute(statement, arguments, many, context)
