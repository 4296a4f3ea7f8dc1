"""Calls side by side, so that one that hangs holds up its own lane and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from django.db import connection


class Lanes:
    """At most ``count`` pieces of work at once; with one lane, the caller does the work itself."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="stripe") if count > 1 else None
        self._running: set[Future[None]] = set()

    def __enter__(self) -> Lanes:
        return self

    def __exit__(self, *error: object) -> None:
        if self._pool:
            self._pool.shutdown(wait=True)

    def run(self, work: Callable[[], None]) -> None:
        """Starts the work, once there is a free lane. The work raises nothing."""
        if self._pool is None:
            work()
            return
        while len(self._running) >= self._count:
            self.wait(None)
        self._running.add(self._pool.submit(_with_own_connection, work))

    def wait(self, seconds: float | None) -> bool:
        """Waits until some work is done, for at most so long; False where none is under way."""
        if not self._running:
            return False
        _, self._running = wait(self._running, timeout=seconds, return_when=FIRST_COMPLETED)
        return True


def _with_own_connection(work: Callable[[], None]) -> None:
    try:
        work()
    finally:
        connection.close()
