"""The site's own key (VAPID, RFC 8292), by which push services know who sends. Without one, nothing is offered."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid, VapidException


def is_on() -> bool:
    return bool(settings.VAPID_PRIVATE_KEY)


def public_key() -> str:
    """As browsers want it; empty where there is none."""
    return _public(settings.VAPID_PRIVATE_KEY) if is_on() else ""


def new_private_key() -> str:
    """32 bytes in base64 without padding, for ``VAPID_PRIVATE_KEY``."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _text(number.to_bytes(32, "big"))


def is_readable(private_key: str) -> bool:
    try:
        return bool(_public(private_key))
    except (VapidException, ValueError):
        return False


def signs_for(subject: str) -> bool:
    """Whether a claim of this subject can be signed: every push carries one."""
    try:
        Vapid.from_string(settings.VAPID_PRIVATE_KEY).sign({"sub": subject, "aud": "https://push.example.org"})
    except (VapidException, ValueError):
        return False
    return True


@lru_cache(maxsize=4)
def _public(private_key: str) -> str:
    key = Vapid.from_string(private_key).public_key
    return _text(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
