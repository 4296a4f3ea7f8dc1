"""Asking a worker for something right after a commit. Only a hurry: the rows are found by the sweep as well."""

from __future__ import annotations

import logging
from typing import Any

from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def hurry(task: Any, *arguments: str) -> None:
    """Sends a task if the broker is there; a request never fails because it is not."""
    try:
        task.apply_async(arguments, retry=False, expires=60)
    except OperationalError as error:
        logger.warning("no hurry for %s, the broker is away: %s", task.name, error)
