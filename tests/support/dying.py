"""Where a process of a test kills itself: seams that only such a process installs, around what cannot be held from
outside. SIGKILL, so that no handler runs, nothing is tidied up and nobody is told.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import stripe
from django.db.backends.base.base import BaseDatabaseWrapper

# The connection's own COMMIT, and the request as the package hands it to the network.
_commit = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]
_request = stripe.RequestsClient.request


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


def _on_commit(number: int, *, after: bool) -> None:
    left = [number]

    def commit(self: Any) -> Any:
        left[0] -= 1
        if left[0] == 0 and not after:
            _die()
        done = _commit(self)
        if left[0] == 0:
            _die()
        return done

    BaseDatabaseWrapper._commit = commit  # type: ignore[attr-defined]


def _on_post(*, before: bool = False, then: Callable[[], None] = _die) -> None:
    def request(self: Any, method: str, *given: Any, **named: Any) -> Any:
        writes = method.lower() != "get"
        if writes and before:
            _die()
        answer = _request(self, method, *given, **named)
        if writes:
            then()
        return answer

    stripe.RequestsClient.request = request  # type: ignore[method-assign]


def _on_intent(*, after: bool) -> None:
    """In the transaction that writes an operation, however many others come before it."""
    from payments.operations import queue

    enqueue = queue.enqueue

    def intend(*given: Any, **named: Any) -> Any:
        written = enqueue(*given, **named)
        _on_commit(1, after=after)
        return written

    queue.enqueue = intend


POINTS: dict[str, Callable[[], None]] = {
    "": lambda: None,
    "before the first commit": lambda: _on_commit(1, after=False),
    "after the first commit": lambda: _on_commit(1, after=True),
    "before the second commit": lambda: _on_commit(2, after=False),
    "before the intent is committed": lambda: _on_intent(after=False),
    "after the intent is committed": lambda: _on_intent(after=True),
    "before anything is sent": lambda: _on_post(before=True),
    "after the answer": _on_post,
    "before the answer is recorded": lambda: _on_post(then=lambda: _on_commit(1, after=False)),
    "after the answer is recorded": lambda: _on_post(then=lambda: _on_commit(1, after=True)),
}
