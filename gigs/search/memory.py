"""What changes seldom and every search asks for: kept in the cache for a minute, and forgotten when staff change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

T = TypeVar("T")
SECONDS = 60
_PREFIX = "search-"
_names: set[str] = set()


def kept(name: str, read: Callable[[], T], seconds: int = SECONDS) -> T:
    """What is in the cache under this name, or what is read now."""
    _names.add(name)
    known: T | None = cache.get(_PREFIX + name)
    if known is None:
        known = read()
        keep(name, known, seconds)
    return known


def keep(name: str, value: object, seconds: int = SECONDS) -> None:
    """What is known before it could be read."""
    _names.add(name)
    cache.set(_PREFIX + name, value, seconds)


def forget_all(**_of_a_signal: object) -> None:
    cache.delete_many([_PREFIX + name for name in _names])
