"""Events: written with the change that they tell of, delivered later by ``webhooks``."""

from __future__ import annotations

import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from payments.sandbox import identifiers, present, runtime
from payments.sandbox.store import Obj, Tx

API_VERSION = "2026-10-28.endive"


@dataclass(frozen=True)
class Cause:
    """The API request that is being executed, which its events name."""

    request_id: str | None = None
    idempotency_key: str | None = None


cause: ContextVar[Cause] = ContextVar("cause", default=Cause())  # noqa: B039  (frozen)


def emit(tx: Tx, kind: str, obj: Obj, *, account: str = "", previous: Obj | None = None) -> Obj:
    """A v1 event with a snapshot of ``obj`` as it is now. ``account``: the connected account it happened in."""
    data: Obj = {"object": present.render(tx, obj)}
    if previous is not None:
        data["previous_attributes"] = previous
    event: Obj = {
        "id": identifiers.new("evt_"),
        "object": "event",
        "api_version": API_VERSION,
        "created": identifiers.now(),
        "data": data,
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": cause.get().request_id, "idempotency_key": cause.get().idempotency_key},
        "type": kind,
    }
    if account:
        event["account"] = account
    tx.add("event", event, account)
    _queue(tx, event["id"], "connect" if account else "platform")
    return event


def emit_thin(tx: Tx, kind: str, account_id: str | None, data: dict[str, Any] | None = None) -> Obj:
    """A v2 event, mostly about a connected account: it names the object and leaves reading it to the receiver.

    ``data``: what reading the event tells besides.
    """
    made = cause.get()
    request = {"id": made.request_id, "idempotency_key": made.idempotency_key or ""}
    event: Obj = {
        "id": identifiers.new("evt_test_", 40),
        "object": "v2.core.event",
        "context": None,
        "created": identifiers.now(),
        "livemode": False,
        "reason": {"type": "request", "request": request} if made.request_id else None,
        "related_object": account_id
        and {
            "id": account_id,
            "type": "v2.core.account",
            "url": f"/v2/core/accounts/{account_id}",
        },
        "type": kind,
        "_data": data,
    }
    tx.add("v2_event", event)
    _queue(tx, event["id"], "v2")
    return event


def _queue(tx: Tx, event_id: str, endpoint: str) -> None:
    target = next(found for found in runtime.options().endpoints if found.name == endpoint)
    if not target.url:
        return
    mode = tx.setting("webhook_mode", "deliver")
    status = "withheld" if mode == "withhold" else "pending"
    for _ in range(2 if mode == "duplicate" else 1):
        tx.run(
            "INSERT INTO deliveries (event, endpoint, status, due, made) VALUES (?, ?, ?, ?, ?)",
            event_id, endpoint, status, time.time(), time.time(),
        )  # fmt: skip
