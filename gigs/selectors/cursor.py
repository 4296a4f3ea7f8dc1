"""Where a page of results ended, as text for an address. What was tampered with reads as the beginning."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

Value = int | datetime
_INTEGER_MAX = 2**63 - 1
_LENGTH_MAX = 1_500


def encode(sort: str, values: Sequence[Value]) -> str:
    plain = [sort, *(value.isoformat() if isinstance(value, datetime) else value for value in values)]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(text: str, sort: str, kinds: Sequence[type]) -> list[Value] | None:
    """The values of a cursor made for this sort, or None."""
    plain = _plain(text, sort)
    if plain is None or len(plain) != len(kinds):
        return None
    try:
        values = [_value(raw, kind) for raw, kind in zip(plain, kinds, strict=True)]
    except (ValueError, OverflowError):
        return None
    last = values[-1]
    fits = all(isinstance(value, datetime) or abs(value) <= _INTEGER_MAX for value in values[:-1])
    return values if fits and isinstance(last, int) and last >= 0 else None


def decode_numbers(text: str, sort: str) -> list[int] | None:
    """As many whole numbers as a cursor made for this sort holds, or None."""
    plain = _plain(text, sort)
    if plain is None or not all(type(one) is int and abs(one) <= _INTEGER_MAX for one in plain):
        return None
    return plain


def _plain(text: str, sort: str) -> list[Any] | None:
    if not text or len(text) > _LENGTH_MAX:
        return None
    try:
        plain = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return plain[1:] if isinstance(plain, list) and plain and plain[0] == sort else None


def _value(raw: object, kind: type) -> Value:
    if kind is datetime:
        moment = datetime.fromisoformat(str(raw))
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone")
        return moment.astimezone(UTC)  # PostgreSQL knows fewer zones
    if type(raw) is not int:
        raise ValueError("not a number")
    return raw
