"""The time zones that people may live in."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones


@cache
def names() -> frozenset[str]:
    """As the IANA database has them, which is a walk through the file system: once."""
    return frozenset(available_timezones())
