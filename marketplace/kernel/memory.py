"""What a process that serves does once it has loaded everything."""

from __future__ import annotations

import gc
from typing import Any


def settle(**_: Any) -> None:
    """Modules, models and settings stay for good: the garbage collector need not go through them again.

    Else it does, now and then, and stops a request, or a batch that holds locks, for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
