"""One configured client per key and address, and the only door through which a call leaves the process."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeVar

import stripe
from django.conf import settings
from django.db import connection

from payments.gateway.errors import translate

T = TypeVar("T")

API_VERSION = "2026-10-28.endive"
_CONNECT_SECONDS, _READ_SECONDS = 3, 20


@functools.cache
def _client(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        base_addresses={"api": base, "files": base, "connect": base} if base else None,
        # Retries are ours: an operation's row counts them, so that none happens unseen.
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=(_CONNECT_SECONDS, _READ_SECONDS)),
    )


def is_live() -> bool:
    """Whether our key moves real money; what Stripe tells of the other mode is not ours."""
    return bool(settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_")))


def call(ask: Callable[[stripe.StripeClient], T]) -> T:
    """Runs one request. Raises GatewayError; a RuntimeError where a database transaction is open.

    A lock held while Stripe thinks would stop everybody else, and a rollback would forget what Stripe did.
    """
    if connection.in_atomic_block:
        raise RuntimeError("a call to Stripe inside a database transaction")
    try:
        return ask(_client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE))
    except stripe.StripeError as error:
        raise translate(error) from error
