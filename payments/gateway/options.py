"""Request options: the idempotency key, and the connected account that a call acts as."""

from __future__ import annotations

from stripe import RequestOptions


def options(key: str = "", account: str = "") -> RequestOptions:
    chosen: RequestOptions = {}
    if key:
        chosen["idempotency_key"] = key
    if account:
        chosen["stripe_account"] = account
    return chosen
