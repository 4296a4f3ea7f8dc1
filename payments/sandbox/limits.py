"""Stripe's rate limit: so many requests per second to one operation (https://docs.stripe.com/rate-limits)."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque

from payments.sandbox import runtime
from payments.sandbox.errors import ApiError
from payments.sandbox.store import Tx

SETTING = "rate_limit"
_lock = threading.Lock()
_seen: defaultdict[str, deque[float]] = defaultdict(deque)


def allowed(tx: Tx) -> int:
    return int(tx.setting(SETTING) or runtime.options().rate_limit)


def take(operation: str, per_second: int) -> None:
    """Count one request. Raises ApiError 429 for one more than ``per_second`` within the last second."""
    if not per_second:
        return
    now = time.monotonic()
    with _lock:
        recent = _seen[operation]
        while recent and recent[0] <= now - 1:
            recent.popleft()
        if len(recent) >= per_second:
            raise exceeded()
        recent.append(now)


def exceeded() -> ApiError:
    message = "Request rate limit exceeded. Learn more about rate limits: https://docs.stripe.com/rate-limits."
    return ApiError(429, "invalid_request_error", message, code="rate_limit")


def forget() -> None:
    with _lock:
        _seen.clear()
