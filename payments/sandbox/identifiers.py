"""Ids that look like Stripe's, and time as Stripe writes it."""

from __future__ import annotations

import secrets
import string
import time
from datetime import UTC, datetime

ALPHABET = string.ascii_letters + string.digits


def new(prefix: str, length: int = 24) -> str:
    # One draw for all letters: the modulo favours some of them a little, which is of no matter here.
    return prefix + "".join(ALPHABET[byte % len(ALPHABET)] for byte in secrets.token_bytes(length))


def now() -> int:
    """Seconds since 1970: the v1 API's unit of time."""
    return int(time.time())


def iso(seconds: int) -> str:
    """The v2 API's way of writing a time."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
