"""Two deeds at the same moment, each in a thread and on a connection of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.db import connection, transaction

from marketplace.kernel.errors import DomainError


def meet(*deeds: Callable[[], object], refusals: tuple[type[BaseException], ...] = (DomainError,)) -> list[object]:
    """What became of each; a refusal is a result."""
    results: list[object] = []
    gate = threading.Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=20)
            results.append(deed())
        except refusals as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def one_after_the_other(first: Callable[[], object], second: Callable[[], object]) -> object:
    """Commits the first only when the second waits for a lock; returns what became of the second."""
    return _overlapping(first, second, lambda _is_over: _somebody_waits())


def past_each_other(first: Callable[[], object], second: Callable[[], object]) -> object:
    """Commits the first only when the second is through: the control of a race, which shows it without the lock."""
    return _overlapping(first, second, threading.Event.is_set)


def _overlapping(
    first: Callable[[], object], second: Callable[[], object], may_end: Callable[[threading.Event], bool]
) -> object:
    done, is_over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            first()
            done.set()
            until = time.monotonic() + 20
            while not may_end(is_over):
                assert time.monotonic() < until, "the second does not come as far"
                time.sleep(0.02)

    def follow() -> object:
        assert done.wait(timeout=20)
        try:
            return second()
        finally:
            is_over.set()

    results = meet(hold, follow)
    assert len(results) == 2
    return next((result for result in results if result is not None), None)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees one moment of it
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])
