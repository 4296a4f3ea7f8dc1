"""Where a page of results ended, as text for an address. What was tampered with reads as the beginning."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime

Value = int | datetime
_INTEGER_MAX = 2**63 - 1


def encode(sort: str, values: Sequence[Value]) -> str:
    plain = [sort, *(value.isoformat() if isinstance(value, datetime) else value for value in values)]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(text: str, sort: str, kinds: Sequence[type]) -> list[Value] | None:
    """The values of a cursor made for this sort, or None."""
    if not text or len(text) > 300:
        return None
    try:
        plain = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(plain, list) or plain[0] != sort or len(plain) != len(kinds) + 1:
            return None
        values = [_value(raw, kind) for raw, kind in zip(plain[1:], kinds, strict=True)]
    except (ValueError, TypeError, IndexError, binascii.Error, RecursionError):
        return None
    last = values[-1]
    fits = all(isinstance(value, datetime) or abs(value) <= _INTEGER_MAX for value in values[:-1])
    return values if fits and isinstance(last, int) and last >= 0 else None


def _value(raw: object, kind: type) -> Value:
    if kind is datetime:
        moment = datetime.fromisoformat(str(raw))
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone")
        return moment
    if type(raw) is not int:
        raise ValueError("not a number")
    return raw
