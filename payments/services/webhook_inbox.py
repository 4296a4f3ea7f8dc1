"""Webhooks come in: verified, stored once, answered; processed afterwards, however often they came."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.hurry import hurry
from payments import locks
from payments.gateway.client import is_live
from payments.gateway.errors import Busy, GatewayError, Missing, NoAnswer, ServerFailed, Unauthorised
from payments.gateway.signatures import verify
from payments.models import WebhookEvent
from payments.services.webhook_handlers import handler_for

logger = logging.getLogger(__name__)

_LEASE = timedelta(seconds=90)
_MOST_ATTEMPTS = 10
_AWAY = (NoAnswer, ServerFailed, Busy, Unauthorised)
_SECRETS = {"platform": "STRIPE_WEBHOOK_SECRET", "connect": "STRIPE_CONNECT_WEBHOOK_SECRET"}


def receive(source: str, body: bytes, signature: str, at: datetime) -> bool:
    """Stores one event; False where it was stored before.

    Raises BadSignature, or InvalidInput where the body is no event or belongs to the other mode (live, test).
    """
    verify(body, signature, getattr(settings, _SECRETS[source]), at)
    event = _parse(body)
    if event["livemode"] is not is_live():
        raise InvalidInput("an event of the other mode", code="livemode")
    _, is_new = WebhookEvent.objects.get_or_create(
        source=source, event_id=event["id"][:100], defaults=_columns(event, at)
    )
    if is_new:
        transaction.on_commit(_process_soon, robust=True)
    return is_new


def _process_soon() -> None:
    from payments.tasks import process_webhooks_now

    hurry(process_webhooks_now)


def _parse(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except ValueError as error:
        raise InvalidInput("not JSON", code="not_json") from error
    if not isinstance(event, dict) or not all(isinstance(event.get(name), str) for name in ("id", "type")):
        raise InvalidInput("not an event", code="not_an_event")
    event["livemode"] = event.get("livemode") is True
    return event


def _columns(event: dict[str, Any], at: datetime) -> dict[str, Any]:
    # Thin events (v2) name the object beside them, the others carry it along.
    related = event.get("related_object") or (event.get("data") or {}).get("object") or {}
    return {
        "type": event["type"][:100],
        "account": str(event.get("account") or "")[:100],
        "object_id": str(related.get("id") or "")[:100] if isinstance(related, dict) else "",
        "livemode": event["livemode"],
        "payload": event,
        "received_at": at,
        "due_at": at,
    }


def process_due(at: datetime, *, limit: int = 200) -> int:
    """Processes what is stored and due; returns how many events were taken up. Outside any transaction."""
    for taken in range(limit):
        event = _claim(at)
        if event is None:
            return taken
        _process(event, at)
    return limit


def replay(event_id: str, at: datetime) -> list[WebhookEvent]:
    """Processes an event anew, whatever became of it before; the same id may have come to several endpoints.

    Harmless, because effects only go forward. Outside any transaction. Empty: no such event was stored.
    """
    chosen = WebhookEvent.objects.filter(event_id=event_id)
    chosen.update(processed_at=None, parked_at=None, attempts=1, due_at=at + _LEASE, outcome="")
    for event in chosen:
        _process(event, at)
    return list(WebhookEvent.objects.filter(event_id=event_id))


def _claim(at: datetime) -> WebhookEvent | None:
    with transaction.atomic():
        waiting = WebhookEvent.objects.filter(processed_at=None, parked_at=None, due_at__lte=at).order_by(
            "due_at", "id"
        )
        event = waiting.select_for_update(skip_locked=True).first()
        if event:
            event.due_at, event.attempts = at + _LEASE, event.attempts + 1
            event.save(update_fields=["due_at", "attempts"])
    return event


def _process(event: WebhookEvent, at: datetime) -> None:
    handler = handler_for(event.type)
    if handler is None:
        _finish(event, "ignored: nothing here follows this type", at)
        return
    try:
        effect = handler(event)  # re-reads the object at Stripe
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
