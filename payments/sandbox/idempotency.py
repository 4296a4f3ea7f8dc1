"""Idempotency keys: one key, one execution, one answer, for a day.

v1 keeps every answer of a request that began to execute, refusals and 500 included. v2 keeps successes and tries
failures again. What is running is known in memory only: after a crash nothing runs.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from payments.sandbox import identifiers
from payments.sandbox.errors import ApiError
from payments.sandbox.store import Tx

KEPT_SECONDS = 86_400
_running: set[tuple[str, str]] = set()
_lock = threading.Lock()


@dataclass(frozen=True)
class Saved:
    status: int
    body: dict[str, Any]
    request_id: str


def fingerprint(method: str, path: str, params: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps([method, path, params], sort_keys=True).encode()).hexdigest()


@contextmanager
def running(account: str, key: str) -> Iterator[None]:
    """Refuses a second request with the same key while the first has not been answered."""
    if not key:
        yield
        return
    with _lock:
        if (account, key) in _running:
            message = (
                f"There is currently another in-progress request using this Idempotent Key: {key}. "
                "Please try again later."
            )
            raise ApiError(409, "idempotency_error", message, code="idempotency_key_in_use")
        _running.add((account, key))
    try:
        yield
    finally:
        with _lock:
            _running.discard((account, key))


def saved(tx: Tx, account: str, key: str, mark: str) -> Saved | None:
    if not key:
        return None
    row = tx.run("SELECT * FROM idempotency WHERE account = ? AND key = ?", account, key).fetchone()
    if row is None or row["created"] < identifiers.now() - KEPT_SECONDS:
        return None
    if row["fingerprint"] != mark:
        message = (
            "Keys for idempotent requests can only be used with the same parameters they were first used with. "
            f"Try using a key other than '{key}' if you meant to execute a different request."
        )
        raise ApiError(400, "idempotency_error", message)
    return Saved(row["status"], json.loads(row["body"]), row["request_id"])


def save(tx: Tx, account: str, key: str, mark: str, answer: Saved) -> None:
    if not key:
        return
    tx.run(
        "INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?)",
        account, key, mark, answer.request_id, answer.status, json.dumps(answer.body), identifiers.now(),
    )  # fmt: skip


def prune(tx: Tx) -> None:
    tx.run("DELETE FROM idempotency WHERE created < ?", identifiers.now() - KEPT_SECONDS)


def forget(tx: Tx, key: str) -> int:
    """Forget one key, or (empty) all. Returns how many."""
    return tx.run("DELETE FROM idempotency WHERE key = ? OR ? = ''", key, key).rowcount
