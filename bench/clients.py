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
    """``rate(work)``: how often a second they do it, all together; ``durations``: what each time took, in seconds.

    A context manager.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        connection.close()  # a forked process must not share it
        barrier = _FORK.Barrier(number)
        self.pool = _FORK.Pool(number, initializer=_begin, initargs=(barrier,))

    def rate(self, work: Work, seconds: float) -> float:
        return len(self.durations(work, seconds)) / seconds

    def durations(self, work: Work, seconds: float) -> list[float]:
        # One each: nobody gets past the barrier before all are at it.
        taken = self.pool.starmap(_repeat, [(work, seconds)] * self.number, chunksize=1)
        return [one for each in taken for one in each]

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


def _repeat(work: Work, seconds: float) -> list[float]:
    rnd, taken = random.Random(), list[float]()
    work(rnd)
    _barrier.wait(60)
    began = time.perf_counter()
    end = began + seconds
    while began < end:
        work(rnd)
        done = time.perf_counter()
        taken.append(done - began)
        began = done
    return taken


def in_processes(work: Callable[..., object], arguments: Sequence[tuple[object, ...]], number: int = 8) -> None:
    """Each call once, shared out over so many processes. Raises what one of them raised."""
    connection.close()
    with _FORK.Pool(number) as pool:
        pool.starmap(work, arguments, chunksize=4)
