"""Delivers events: signed as Stripe signs them, again with growing pauses until the receiver says 2xx."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

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
BATCH = 50
# Each held while one event is on its way, so that a reset can wait for it.
_sending: dict[str, threading.Lock] = {}
MODES = ("deliver", "withhold", "duplicate", "reorder")


def signature(payload: str, secret: str, at: int) -> str:
    mac = hmac.new(secret.encode(), f"{at}.{payload}".encode(), hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


def body_of(tx: Tx, event_id: str) -> str:
    event = tx.find("event", event_id, None) or tx.find("v2_event", event_id, None)
    if event is None:
        raise LookupError(event_id)
    return json.dumps(_shown(event), indent=2)


def listed(tx: Tx) -> list[dict[str, Any]]:
    """Every delivery with what it carries, oldest first."""
    rows = tx.rows("SELECT d.*, o.body AS object FROM deliveries d JOIN objects o ON o.id = d.event ORDER BY d.id")
    shown = []
    for row in rows:
        body = _shown(json.loads(row.pop("object")))
        shown.append(row | {"type": body["type"], "body": body})
    return shown


def _shown(event: Obj) -> Obj:
    return thin(event) if event["object"] == "v2.core.event" else present.public(event)


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


def withhold(tx: Tx, event_id: str) -> int:
    """Keep back what has not arrived of one event. Returns how many deliveries."""
    changed = tx.run("UPDATE deliveries SET status = 'withheld' WHERE event = ? AND status = 'pending'", event_id)
    return changed.rowcount


@contextmanager
def paused() -> Iterator[None]:
    """Nothing is on its way meanwhile."""
    with ExitStack() as stack:
        for lock in _sending.values():
            stack.enter_context(lock)
        yield


def start() -> None:
    """A sender for each endpoint: a receiver that hangs holds up nobody else's events."""
    for endpoint in runtime.options().endpoints:
        _sending[endpoint.name] = threading.Lock()
        threading.Thread(target=_loop, args=(endpoint,), name=f"sandbox-{endpoint.name}", daemon=True).start()


def _loop(endpoint: Endpoint) -> None:
    pause = threading.Event()
    while not pause.wait(TICK_SECONDS):
        try:
            while _round(endpoint) == BATCH:
                pass
        except Exception:
            logger.exception("delivering webhooks failed")


def _round(endpoint: Endpoint) -> int:
    """One batch over one connection. Returns how many were due."""
    rows = _due(endpoint)
    with closing(Sender(endpoint)) as sender:
        for row, payload in rows:
            with _sending[endpoint.name]:
                _deliver(sender, row, payload)
    return len(rows)


def _due(endpoint: Endpoint) -> list[tuple[dict[str, Any], str]]:
    with runtime.store().transaction() as tx:
        reorder = tx.setting("webhook_mode", "deliver") == "reorder"
        rows = tx.rows(
            "SELECT * FROM deliveries WHERE status = 'pending' AND endpoint = ? AND due <= ? ORDER BY id LIMIT ?",
            endpoint.name, time.time(), BATCH,
        )  # fmt: skip
        if reorder:
            first = min((row["made"] for row in rows), default=time.time())
            rows = rows[::-1] if first <= time.time() - GATHER_SECONDS else []
        return [(row, body_of(tx, row["event"])) for row in rows]


def _deliver(sender: Sender, row: dict[str, Any], payload: str) -> None:
    if not _still_wanted(row["id"]):
        return
    answer = sender.send(payload)
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


class Sender:
    """Posts events to one endpoint, over one connection for as long as the receiver keeps it."""

    def __init__(self, endpoint: Endpoint) -> None:
        url = urlsplit(endpoint.url)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        self.secret = endpoint.secret
        self.target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        self.connection = kind(url.hostname or "localhost", url.port, timeout=TIMEOUT_SECONDS)

    def send(self, payload: str) -> str:
        """The receiver's status code, or why there is none. A redirection is no delivery, as at Stripe."""
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks) sandbox",
            "Stripe-Signature": signature(payload, self.secret, int(time.time())),
        }
        try:
            self.connection.request("POST", self.target, payload.encode(), headers)
            response = self.connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return str(error)[:200] or type(error).__name__
        return str(response.status)

    def close(self) -> None:
        self.connection.close()
