"""How much somebody may use up in a while. Counted in the cache: a limit against abuse, not an account."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def spend(key: str, amount: int, *, limit: int, seconds: int) -> bool:
    """Takes ``amount`` from what ``key`` has in the running span of so many seconds; False where that is too much."""
    name = f"throttle:{key}:{int(time.time()) // seconds}"
    cache.add(name, 0, timeout=seconds)
    try:
        return cache.incr(name, amount) <= limit
    except ValueError:  # it ran out between the two calls
        return True


def address_of(request: HttpRequest) -> str:
    """Where a request comes from. Only what our own proxies wrote into X-Forwarded-For counts: the rest is a claim."""
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    proxies: int = settings.TRUSTED_PROXIES
    if proxies and len(told) >= proxies:
        return told[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
