"""Failures on demand: which request fails, how, how often."""

from __future__ import annotations

import fnmatch
import threading
from dataclasses import dataclass
from typing import Any

from payments.sandbox.errors import ApiError, invalid, server_error
from payments.sandbox.store import Tx

KINDS = {
    "500_before": "answer 500, nothing was done",
    "500_after": "do it, then answer 500",
    "timeout": "do it, then let the caller wait before the answer",
    "timeout_before": "let the caller wait, do nothing, close the connection",
    "drop_answer": "do it, then close the connection without an answer",
    "drop_before": "do nothing and close the connection",
    "hold": "do it, and keep the answer back until it is released",
    "hold_before": "keep the request back until it is released, then do it",
    "balance_insufficient": "refuse it for want of balance",
    "409": "another request with this key is running",
    "429": "too many requests",
    "lock_timeout": "the object is in use",
}
REFUSALS = {
    "409": (409, "idempotency_error", "idempotency_key_in_use", "There is another request in progress using this key."),
    "429": (429, "invalid_request_error", "rate_limit", "Request rate limit exceeded."),
    "balance_insufficient": (400, "invalid_request_error", "balance_insufficient", "Insufficient funds."),
    "lock_timeout": (429, "invalid_request_error", "lock_timeout", "This object cannot be accessed right now."),
}


LONGEST_HOLD_SECONDS = 600
_held: dict[int, tuple[str, threading.Event]] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Fault:
    kind: str
    seconds: float

    @property
    def refusal(self) -> ApiError | None:
        """The answer of a request that is not executed at all."""
        if self.kind == "500_before":
            return server_error()
        if self.kind in REFUSALS:
            status, kind, code, message = REFUSALS[self.kind]
            return ApiError(status, kind, message, code=code)
        return None

    @property
    def begins(self) -> bool:
        """Whether the refusal is one of the operation itself, which v1 keeps under the key."""
        return self.kind in ("500_before", "balance_insufficient")


def add(tx: Tx, *, match: str, kind: str, times: int = 1, skip: int = 0, seconds: float = 30) -> None:
    """``match``: method and path, ``*`` allowed; ``skip`` matching requests pass first, then ``times`` fail."""
    if kind not in KINDS:
        raise invalid(f"Unknown kind {kind!r}; there are {', '.join(KINDS)}.", param="kind")
    if times < 1 or skip < 0 or seconds < 0:
        raise invalid("times, skip and seconds count upward from 1, 0 and 0.", param="times")
    tx.run(
        "INSERT INTO faults (match, kind, times, skip, seconds) VALUES (?, ?, ?, ?, ?)",
        match, kind, times, skip, seconds,
    )  # fmt: skip


def listed(tx: Tx) -> list[dict[str, Any]]:
    return tx.rows("SELECT match, kind, times, skip, seconds FROM faults ORDER BY id")


def take(tx: Tx, method: str, path: str) -> Fault | None:
    """The first fault that waits for this request, used up by one."""
    for row in tx.rows("SELECT * FROM faults ORDER BY id"):
        if not fnmatch.fnmatchcase(f"{method} {path}", row["match"]):
            continue
        if row["skip"]:
            tx.run("UPDATE faults SET skip = skip - 1 WHERE id = ?", row["id"])
            continue
        tx.run("UPDATE faults SET times = times - 1 WHERE id = ?", row["id"])
        tx.run("DELETE FROM faults WHERE times < 1")
        return Fault(row["kind"], row["seconds"])
    return None


def hold(request: str) -> None:
    """Wait until somebody releases this request, given as method and path."""
    released = threading.Event()
    with _lock:
        _held[id(released)] = (request, released)
    released.wait(LONGEST_HOLD_SECONDS)
    with _lock:
        _held.pop(id(released), None)


def held() -> list[dict[str, Any]]:
    with _lock:
        return [{"request": request} for request, _ in _held.values()]


def release(match: str) -> int:
    with _lock:
        chosen = [released for request, released in _held.values() if fnmatch.fnmatchcase(request, match)]
    for released in chosen:
        released.set()
    return len(chosen)
