"""The outbox: intent is a row in the same transaction, the effect happens later, at least once.

An app registers a handler per topic; handlers run outside of any transaction and must bear being
called twice with the same message (a worker may die between the effect and the mark). What calls addresses that may
hang goes apart: its app delivers it in a job of its own (``deliver_next``), and it holds up nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from marketplace.kernel.models import OutboxMessage

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 12

Handler = Callable[[OutboxMessage], None]
_handlers: dict[str, Handler] = {}
_apart: set[str] = set()


def handler(topic: str, *, is_apart: bool = False) -> Callable[[Handler], Handler]:
    """Registers the function that carries out a topic's messages; ``is_apart``: only ``deliver_next`` takes them."""

    def register(function: Handler) -> Handler:
        if topic in _handlers:
            raise RuntimeError(f"two handlers for {topic}")
        _handlers[topic] = function
        if is_apart:
            _apart.add(topic)
        return function

    return register


def enqueue(*, topic: str, key: str, payload: dict[str, Any], at: datetime, due_at: datetime | None = None) -> None:
    """Writes a message unless one with this key exists. Call it inside the transaction that decides."""
    enqueue_all([OutboxMessage(topic=topic, key=key, payload=payload, created_at=at, due_at=due_at or at)])


def enqueue_all(messages: Sequence[OutboxMessage]) -> None:
    """Many in one statement; those whose key exists are left out."""
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message; ``error`` is the last one, in the words of whoever refused."""

    is_done: bool = False
    error: str = ""


def outcome(key: str) -> Outcome:
    """Of a message that waits, failed or is done; one that is gone from the table was done."""
    found = OutboxMessage.objects.filter(key=key).only("done_at", "last_error").first()
    return Outcome(found.done_at is not None, found.last_error) if found else Outcome(is_done=True)


def claim(at: datetime, limit: int, topic: str = "") -> list[OutboxMessage]:
    """Leases up to ``limit`` waiting messages, of a topic or of all that do not go apart; other workers skip them until
    the lease ends.
    """
    with transaction.atomic():
        due = OutboxMessage.objects.filter(done_at=None, parked_at=None, due_at__lte=at).order_by("due_at")
        due = due.filter(topic=topic) if topic else due.exclude(topic__in=_apart)
        messages = list(due.select_for_update(skip_locked=True)[:limit])
        for message in messages:
            message.attempts += 1
            message.leased_until = message.due_at = at + LEASE
        OutboxMessage.objects.bulk_update(messages, ["attempts", "leased_until", "due_at"])
    return messages


def deliver_due(at: datetime, limit: int = 100) -> int:
    """Carries out what is due; returns how many messages were handled well."""
    return sum(_deliver(message, at) for message in claim(at, limit))


def deliver_next(at: datetime, topic: str) -> bool:
    """Carries out one message of a topic that goes apart; whether there was one."""
    messages = claim(at, 1, topic)
    for message in messages:
        _deliver(message, at)
    return bool(messages)


def _deliver(message: OutboxMessage, at: datetime) -> bool:
    try:
        _handlers[message.topic](message)
    except Exception as error:
        logger.exception("outbox message %s failed", message.key)
        _retry_later(message, at, error)
        return False
    OutboxMessage.objects.filter(pk=message.pk).update(done_at=at, leased_until=None, last_error="")
    return True


def _retry_later(message: OutboxMessage, at: datetime, error: Exception) -> None:
    pause = timedelta(seconds=min(5 * 2**message.attempts, 3600))
    parked_at = at if message.attempts >= MAX_ATTEMPTS else None
    OutboxMessage.objects.filter(pk=message.pk).update(
        due_at=at + pause, leased_until=None, parked_at=parked_at, last_error=f"{type(error).__name__}: {error}"[:2000]
    )
