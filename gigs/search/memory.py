"""What changes seldom and every search asks for: kept in the cache for a minute, and forgotten when staff change it.

A page asks a dozen times, and to unpack all categories takes longer than a search: each process holds on to what it got
for a moment. So others than the one in which something changed know it that moment later.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

from django.core.cache import cache

T = TypeVar("T")
SECONDS = 60
_MOMENT = 2  # seconds
_PREFIX = "search-"
_NAMES = ("properties", "bounds", "configs", "synonyms")
_EDITION = "search-edition"
_at_hand: dict[str, tuple[float, Any]] = {}  # until when, by time.monotonic


def kept(name: str, read: Callable[[], T], seconds: int = SECONDS) -> T:
    """What is at hand or in the cache under this name, or what is read now."""
    until, at_hand = _at_hand.get(name, (0.0, None))
    if time.monotonic() < until:
        return at_hand  # type: ignore[no-any-return]
    known: T | None = cache.get(_PREFIX + name)
    if known is None:
        known = read()
        keep(name, known, seconds)
    _at_hand[name] = time.monotonic() + _MOMENT, known
    return known


def keep(name: str, value: object, seconds: int = SECONDS) -> None:
    """What is known before it could be read."""
    if name not in _NAMES:
        raise ValueError(f"{name} would never be forgotten")
    cache.set(_PREFIX + name, value, seconds)
    _at_hand[name] = time.monotonic() + _MOMENT, value


def forget_all() -> None:
    _at_hand.clear()
    cache.delete_many([_PREFIX + name for name in _NAMES])
    begin_edition()


def edition() -> str:
    """The same until something changes that a search could find: what was found for one question is known by it."""
    return str(cache.get_or_set(_EDITION, _new_edition, None))


def begin_edition() -> None:
    cache.set(_EDITION, _new_edition(), None)


def _new_edition() -> str:
    return uuid4().hex
