"""News travels upward: a lower app publishes a frozen dataclass, higher apps have subscribed.

Subscribers run in the publisher's transaction: they write rows and outbox messages, nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")

_subscribers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Registers a function to be called with every event of a type, when the app starts."""

    def register(function: Callable[[E], None]) -> Callable[[E], None]:
        if function not in _subscribers[event]:
            _subscribers[event].append(function)
        return function

    return register


def publish(event: object) -> int:
    """Calls the subscribers in order of registration; returns how many there were."""
    subscribers = _subscribers[type(event)]
    for subscriber in subscribers:
        subscriber(event)
    return len(subscribers)
