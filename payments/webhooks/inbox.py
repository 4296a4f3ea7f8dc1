"""Webhooks come in: verified, stored once, answered. What they lead to is ``processing``'s."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.utils import DataError

from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.hurry import hurry
from payments.gateway.client import API_VERSION, is_live
from payments.gateway.signatures import verify
from payments.models import WebhookEvent
from payments.webhooks.envelope import Envelope, Source, parse
from payments.webhooks.registry import handler_for

logger = logging.getLogger(__name__)

# Names of settings.
SECRETS = {
    Source.PLATFORM: "STRIPE_WEBHOOK_SECRET",
    Source.CONNECT: "STRIPE_CONNECT_WEBHOOK_SECRET",
    Source.V2: "STRIPE_V2_WEBHOOK_SECRET",
}

# Payloads hold names and addresses; a replay reads the object at Stripe and needs none of it.
_KEPT = timedelta(days=90)


class Receipt(StrEnum):
    """What was done with an event; each of them is answered with 200."""

    STORED = "stored"
    KNOWN = "known"  # stored before
    IGNORED = "ignored"  # not one that is followed here: not kept, because it may hold what is none of our business


def receive(source: Source, body: bytes, signature: str, at: datetime) -> Receipt:
    """Stores one event in a transaction of its own, once for each endpoint.

    Raises BadSignature, or InvalidInput where the body is no event of this endpoint or belongs to the other mode.
    """
    verify(body, signature, getattr(settings, SECRETS[source]), at)
    event = parse(source, body)
    if event.livemode is not is_live():
        if source == Source.CONNECT:
            # Sellers' accounts tell the live endpoint of their tests as well; a refusal would be sent again for days.
            return Receipt.IGNORED
        raise InvalidInput("an event of the other mode", code="livemode")
    if handler_for(source, event.type) is None:
        logger.info("not followed: %s %s on %s", event.type, event.event_id, source)
        return Receipt.IGNORED
    if not event.object_id:
        raise InvalidInput("no object", code="not_an_event")
    if event.api_version not in ("", API_VERSION):
        # Harmless, because only the object's id is used; while an upgrade is under way both versions come.
        logger.warning("event %s is of API version %s, not %s", event.event_id, event.api_version, API_VERSION)
    return _store(source, event, at)


def _store(source: Source, event: Envelope, at: datetime) -> Receipt:
    columns = {
        "type": event.type,
        "account": event.account,
        "object_id": event.object_id,
        "livemode": event.livemode,
        "payload": event.payload,
        "received_at": at,
        "due_at": at,
    }
    try:
        with transaction.atomic():
            _, is_new = WebhookEvent.objects.get_or_create(source=source, event_id=event.event_id, defaults=columns)
            if is_new:
                transaction.on_commit(_process_soon, robust=True)
    except DataError as error:  # NUL characters, half a surrogate pair
        raise InvalidInput("text that cannot be stored", code="not_an_event") from error
    return Receipt.STORED if is_new else Receipt.KNOWN


def forget(at: datetime, limit: int = 5_000) -> int:
    """Takes the payload from events that were processed long ago; the row stays, so that none is taken twice."""
    old = WebhookEvent.objects.filter(processed_at__lt=at - _KEPT, payload__isnull=False).order_by("processed_at")
    return WebhookEvent.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit])).update(payload=None)


def _process_soon() -> None:
    from payments.tasks import process_webhooks_now

    hurry(process_webhooks_now)
