"""Events as Stripe sends them, signed; and what becomes of them."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from payments import api
from payments.models import Charge, WebhookEvent
from payments.webhooks import processing
from tests.payments.scenes import Scene
from tests.support.sandbox import CONNECT_SECRET, SECRET, V2_SECRET

PLATFORM, CONNECT, V2 = "/stripe/webhooks/", "/stripe/webhooks/connect/", "/stripe/webhooks/v2/"
SECRETS = {PLATFORM: SECRET, CONNECT: CONNECT_SECRET, V2: V2_SECRET}
MINUTE = timedelta(minutes=1)


def event(kind: str, object_id: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"evt_{kind}_{object_id}",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "type": kind,
        "livemode": False,
        "data": {"object": {"id": object_id}},
        **more,
    }


def thin(kind: str, object_id: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"evt_test_{object_id}",
        "object": "v2.core.event",
        "type": kind,
        "livemode": False,
        "context": None,
        "related_object": {"id": object_id, "type": "v2.core.account", "url": f"/v2/core/accounts/{object_id}"},
        **more,
    }


def signature(body: bytes, at: datetime, *secrets: str) -> str:
    stamp = int(at.timestamp())
    signed = f"{stamp}.".encode() + body
    values = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={stamp}", *(f"v1={value}" for value in values)])


def send(body: bytes | dict[str, Any], at: datetime, *, path: str = PLATFORM, secret: str = "") -> int:
    """Returns the status of the answer."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Stripe-Signature": signature(raw, at, "an older secret", secret or SECRETS[path])}
    return Client().post(path, raw, content_type="application/json", headers=headers).status_code


def tell(kind: str, object_id: str, at: datetime, *, path: str = PLATFORM, **more: Any) -> WebhookEvent:
    """Sends an event and processes it a minute later."""
    sent = (thin if path == V2 else event)(kind, object_id, **more)
    assert send(sent, at, path=path) == 200
    processing.process_due(at + MINUTE)
    return WebhookEvent.objects.get(event_id=sent["id"])


def pay(scene: Scene, reference: str = "order:1") -> Charge:
    """Paid at Stripe, not known here."""
    charge = scene.pending(reference)
    api.checkout_url(charge.id, scene.at)
    charge.refresh_from_db()
    scene.sandbox.pay(charge.session_id)
    return charge
