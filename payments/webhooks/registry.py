"""Which type of event is followed on which endpoint, and by what. What is not here is not listened to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from payments.webhooks.envelope import Source

# What to record, inside a transaction that also marks the event as processed.
Effect = Callable[[datetime], Any]


@dataclass(frozen=True, slots=True)
class Hint:
    """Which object may have changed."""

    type: str
    object_id: str
    account: str = ""


# Reads the object again at Stripe, outside any transaction; None: nobody here has to do anything about it.
Handler = Callable[[Hint], Effect | None]

_handlers: dict[tuple[str, str], Handler] = {}


def follows(*types: str, source: Source = Source.PLATFORM) -> Callable[[Handler], Handler]:
    """Decorator. Effects are applied forward only: events come twice, late and in any order."""

    def register(handler: Handler) -> Handler:
        for name in types:
            if (source, name) in _handlers:
                raise RuntimeError(f"two handlers follow {name} on {source}")
            _handlers[source, name] = handler
        return handler

    return register


def handler_for(source: str, event_type: str) -> Handler | None:
    # Here, not above: the handlers import the decorator from this module.
    from payments.webhooks import handlers  # noqa: F401

    return _handlers.get((source, event_type))


def types_followed(source: str) -> list[str]:
    """What an endpoint has to be registered for."""
    from payments.webhooks import handlers  # noqa: F401

    return sorted(name for known, name in _handlers if known == source)
