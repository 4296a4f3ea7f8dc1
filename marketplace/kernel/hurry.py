"""Asking a worker for something right after a commit. Only a hurry: the rows are found by the sweep as well."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

_unhurried: ContextVar[bool] = ContextVar("unhurried", default=False)


@contextmanager
def unhurried() -> Iterator[None]:
    """Within it nothing is sent: thousands of rows at once are for the sweeps, and would only stand in others' way."""
    token = _unhurried.set(True)
    try:
        yield
    finally:
        _unhurried.reset(token)


def hurry(task: Any, *arguments: str) -> bool:
    """Sends a task if the broker is there, and says whether; a request never fails because it is not."""
    if _unhurried.get():
        return False
    try:
        task.apply_async(arguments, retry=False, expires=60)
    except OperationalError as error:
        logger.warning("no hurry for %s, the broker is away: %s", task.name, error)
        return False
    return True
