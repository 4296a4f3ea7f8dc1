"""What a process that serves does before its first request or job."""

from __future__ import annotations

import gc
from typing import Any

from django.urls import get_resolver


def settle(**_: Any) -> None:
    """Loads the addresses with all that answers them; and modules, models and settings, which stay for good, need not
    be gone through by the garbage collector again.

    Else a first reader waits for the one, and a request, or a batch that holds locks, now and then a tenth of a second
    for the other.
    """
    assert get_resolver().app_dict is not None  # noqa: S101 - reading it is what loads them
    gc.collect()
    gc.freeze()
