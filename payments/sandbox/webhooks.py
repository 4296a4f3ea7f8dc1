"""Delivers events: signed as Stripe signs them, again with growing pauses until the receiver says 2xx."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import threading
import time
import urllib.error
import urllib.request
from typing import Any

from payments.sandbox import present, runtime
from payments.sandbox.identifiers import iso
from payments.sandbox.options import Endpoint
from payments.sandbox.store import Obj, Tx

logger = logging.getLogger("sandbox")
PAUSES = (1, 2, 4, 8, 15, 30, 60, 60, 120, 300, 600, 1800)
TICK_SECONDS = 0.1
TIMEOUT_SECONDS = 10
# In the reorder mode events gather for this long and leave in the wrong order.
GATHER_SECONDS = 0.6
# Held while one event is on its way, so that a reset can wait for it.
sending = threading.Lock()
MODES = ("deliver", "withhold", "duplicate", "reorder")


def signature(payload: str, secret: str, at: int) -> str:
    mac = hmac.new(secret.encode(), f"{at}.{payload}".encode(), hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


def body_of(tx: Tx, event_id: str) -> str:
    event = tx.find("event", event_id, None) or tx.find("v2_event", event_id, None)
    if event is None:
        raise LookupError(event_id)
    return json.dumps(thin(event) if event["object"] == "v2.core.event" else present.public(event), indent=2)


def thin(event: Obj) -> Obj:
    return present.public(event) | {"created": iso(event["created"])}


def resend(tx: Tx, event_id: str) -> int:
    """Put an event's deliveries, or those of ``all`` withheld events, back into the queue. Returns how many."""
    if event_id == "withheld":
        changed = tx.run("UPDATE deliveries SET status = 'pending', due = 0 WHERE status = 'withheld'")
    else:
        changed = tx.run(
            "UPDATE deliveries SET status = 'pending', due = 0, attempts = 0 WHERE id IN "
            "(SELECT max(id) FROM deliveries WHERE event = ? GROUP BY endpoint)",
            event_id,
        )
    return changed.rowcount


def start() -> None:
    threading.Thread(target=_loop, name="sandbox-webhooks", daemon=True).start()


def _loop() -> None:
    pause = threading.Event()
    while not pause.wait(TICK_SECONDS):
        try:
            for row, payload in _due():
                with sending:
                    _deliver(row, payload)
        except Exception:
            logger.exception("delivering webhooks failed")


def _due() -> list[tuple[dict[str, Any], str]]:
    with runtime.store().transaction() as tx:
        mode = tx.setting("webhook_mode", "deliver")
        rows = tx.rows("SELECT * FROM deliveries WHERE status = 'pending' AND due <= ? ORDER BY id", time.time())
        if mode == "reorder":
            first = min((row["made"] for row in rows), default=time.time())
            rows = rows[::-1] if first <= time.time() - GATHER_SECONDS else []
        return [(row, body_of(tx, row["event"])) for row in rows]


def _deliver(row: dict[str, Any], payload: str) -> None:
    if not _still_wanted(row["id"]):
        return
    endpoint = next(found for found in runtime.options().endpoints if found.name == row["endpoint"])
    answer = _send(endpoint, payload)
    attempts = row["attempts"] + 1
    if answer.startswith("2"):
        status, due = "delivered", row["due"]
    elif attempts <= len(PAUSES):
        status, due = "pending", time.time() + PAUSES[attempts - 1]
    else:
        status, due = "failed", row["due"]
    with runtime.store().transaction() as tx:
        tx.run(
            "UPDATE deliveries SET status = ?, attempts = ?, due = ?, answer = ? WHERE id = ?",
            status, attempts, due, answer, row["id"],
        )  # fmt: skip


def _still_wanted(delivery_id: int) -> bool:
    with runtime.store().transaction() as tx:
        return bool(tx.rows("SELECT 1 FROM deliveries WHERE id = ? AND status = 'pending'", delivery_id))


def _send(endpoint: Endpoint, payload: str) -> str:
    """The receiver's status code, or why there is none."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks) sandbox",
        "Stripe-Signature": signature(payload, endpoint.secret, int(time.time())),
    }
    request = urllib.request.Request(endpoint.url, payload.encode(), headers, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
            return str(response.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except urllib.error.URLError as error:
        return str(error.reason)[:200]
    except (OSError, http.client.HTTPException) as error:
        return str(error)[:200] or type(error).__name__
