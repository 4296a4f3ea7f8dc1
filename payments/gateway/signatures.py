"""Who sent a webhook: HMAC over the moment and the body, several signatures allowed, a clock window both ways."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

TOLERANCE_SECONDS = 300
_FUTURE_SECONDS = 60  # clocks differ a little; the package itself accepts any future


class BadSignature(Exception):
    """Not from Stripe, too old, or from the future."""


def verify(body: bytes, header: str, secret: str, at: datetime) -> None:
    """Raises BadSignature unless one ``v1`` of the header signs this body with this secret, about now."""
    if not secret:
        raise BadSignature("no secret is configured")
    stamp, signatures = _parse(header)
    expected = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    if not any(hmac.compare_digest(expected.encode(), signature.encode()) for signature in signatures):
        raise BadSignature("no signature matches")
    age = at.timestamp() - stamp
    if age > TOLERANCE_SECONDS or age < -_FUTURE_SECONDS:
        raise BadSignature("signed at another time")


def _parse(header: str) -> tuple[int, list[str]]:
    parts = [part.partition("=")[::2] for part in header.split(",")]
    stamps = [value for name, value in parts if name.strip() == "t" and value.isascii() and value.isdecimal()]
    if not stamps or len(stamps[0]) > 12:
        raise BadSignature("no timestamp")
    return int(stamps[0]), [value for name, value in parts if name.strip() == "v1"]
