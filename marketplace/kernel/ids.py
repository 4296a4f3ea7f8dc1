"""Identifiers: sortable UUIDs for rows, short codes for people."""

from __future__ import annotations

import secrets
import time
import uuid

# Crockford's base 32 leaves out I, L, O and U: nothing is misread on the phone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): milliseconds first, so that new rows land at an index's end."""
    stamp = time.time_ns() // 1_000_000
    value = (stamp & (2**48 - 1)) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return uuid.UUID(int=value)


def short_code(length: int = 8) -> str:
    """A random code in Crockford's base 32; eight places hold 10^12 values."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
