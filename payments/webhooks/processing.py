"""What stored events lead to, however often they came; what cannot be dealt with waits for a person."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from payments import locks
from payments.gateway.errors import Busy, GatewayError, Missing, NoAnswer, ServerFailed, Unauthorised
from payments.models import WebhookEvent
from payments.webhooks.envelope import Source
from payments.webhooks.registry import Hint, handler_for

logger = logging.getLogger(__name__)

_LEASE = timedelta(seconds=90)
_MOST_ATTEMPTS = 10
_AWAY = (NoAnswer, ServerFailed, Busy, Unauthorised)


def process_due(at: datetime, *, limit: int = 200) -> int:
    """Processes what is stored and due; returns how many events were taken up. Outside any transaction."""
    waiting = WebhookEvent.objects.filter(due_at__lte=at).order_by("due_at", "id")
    for taken in range(limit):
        event = _claim(waiting, at)
        if event is None:
            return taken
        _process(event, at)
    return limit


def replay(event_id: str, at: datetime) -> list[WebhookEvent]:
    """Processes an event anew, whatever became of it before; the same id may have come to several endpoints.

    Harmless, because effects only go forward. Outside any transaction. Empty: no such event was stored.
    """
    return _replay(WebhookEvent.objects.filter(event_id=event_id), at)


def replay_parked(at: datetime) -> list[WebhookEvent]:
    return _replay(WebhookEvent.objects.exclude(parked_at=None), at)


def replay_since(moment: datetime, at: datetime) -> list[WebhookEvent]:
    """Everything that was received from a moment on, oldest first."""
    return _replay(WebhookEvent.objects.filter(received_at__gte=moment), at)


def catch_up(kind: str, object_id: str, at: datetime, *, source: Source = Source.PLATFORM, account: str = "") -> bool:
    """Applies what an event of this type would have led to, for one that never came. Outside any transaction.

    False where the object is nobody's here. Raises GatewayError, and whatever the recorder raises.
    """
    handler = handler_for(source, kind)
    effect = handler(Hint(kind, object_id, account)) if handler else None
    if effect is None:
        return False
    with transaction.atomic():
        effect(at)
    return True


def _replay(chosen: QuerySet[WebhookEvent], at: datetime) -> list[WebhookEvent]:
    ids = list(chosen.order_by("received_at", "id").values_list("id", flat=True))
    for number in ids:
        again = WebhookEvent.objects.filter(pk=number)
        again.update(processed_at=None, parked_at=None, attempts=0, due_at=at, outcome="")
        if event := _claim(again, at):
            _process(event, at)
    return list(WebhookEvent.objects.filter(pk__in=ids).order_by("received_at", "id"))


def _claim(chosen: QuerySet[WebhookEvent], at: datetime) -> WebhookEvent | None:
    with transaction.atomic():
        waiting = chosen.filter(processed_at=None, parked_at=None)
        event = waiting.select_for_update(skip_locked=True).first()
        if event:
            event.due_at, event.attempts = at + _LEASE, event.attempts + 1
            event.save(update_fields=["due_at", "attempts"])
    return event


def _process(event: WebhookEvent, at: datetime) -> None:
    handler = handler_for(event.source, event.type)
    if handler is None:
        _finish(event, "ignored: nothing here follows this type", at)
        return
    try:
        effect = handler(Hint(event.type, event.object_id, event.account))
        if effect is None:
            _finish(event, "ignored: no object of ours", at)
            return
        with transaction.atomic():
            locked = locks.lock_event(event.pk)
            if locked.processed_at is None:
                effect(at)
                _finish(locked, "done", at)
    except Missing:
        _finish(event, "ignored: Stripe knows no such object", at)
    except Exception as error:
        _retry(event, error, at)


def _finish(event: WebhookEvent, outcome: str, at: datetime) -> None:
    event.processed_at, event.outcome = at, outcome
    event.save(update_fields=["processed_at", "outcome"])


def _retry(event: WebhookEvent, error: Exception, at: datetime) -> None:
    expected = isinstance(error, GatewayError)
    logger.log(logging.WARNING if expected else logging.ERROR, "webhook %s: %s", event, error, exc_info=not expected)
    # However long Stripe is away, what it told us is not forgotten; only what we cannot deal with waits for a person.
    parked_at = at if event.attempts >= _MOST_ATTEMPTS and not isinstance(error, _AWAY) else None
    if parked_at:
        logger.critical("webhook %s is parked", event)
    WebhookEvent.objects.filter(pk=event.pk).update(
        due_at=at + timedelta(seconds=min(2**event.attempts, 600)),
        parked_at=parked_at,
        outcome=f"{type(error).__name__}: {error}"[:200],
    )
