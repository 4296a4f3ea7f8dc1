"""Processes that do the same work at the same time, each with a database connection of its own."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable, Sequence
from types import TracebackType

from django.db import connection

Work = Callable[[random.Random], None]
_FORK = multiprocessing.get_context("fork")
_barrier = _FORK.Barrier(1)


class Clients:
    """``rate(work)``: how often a second they do it, all together. A context manager."""

    def __init__(self, number: int) -> None:
        self.number = number
        connection.close()  # a forked process must not share it
        barrier = _FORK.Barrier(number)
        self.pool = _FORK.Pool(number, initializer=_begin, initargs=(barrier,))

    def rate(self, work: Work, seconds: float) -> float:
        # One each: nobody gets past the barrier before all are at it.
        return sum(self.pool.starmap(_repeat, [(work, seconds)] * self.number, chunksize=1)) / seconds

    def __enter__(self) -> Clients:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pool.terminate()
        self.pool.join()


def _begin(barrier: multiprocessing.synchronize.Barrier) -> None:
    global _barrier
    _barrier = barrier
    connection.ensure_connection()


def _repeat(work: Work, seconds: float) -> int:
    rnd, done = random.Random(), 0
    work(rnd)
    _barrier.wait(60)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        work(rnd)
        done += 1
    return done


def in_processes(work: Callable[..., object], arguments: Sequence[tuple[object, ...]], number: int = 8) -> None:
    """Each call once, shared out over so many processes. Raises what one of them raised."""
    connection.close()
    with _FORK.Pool(number) as pool:
        pool.starmap(work, arguments, chunksize=4)
