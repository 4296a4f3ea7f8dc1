"""Terms as JSON and back. Amounts are integers, durations whole seconds.

A rule that an old snapshot lacks gets its default.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Any

from cattrs import Converter
from django.conf import settings

from orders.contracts import Terms
from orders.rules import Rules, with_overrides

VERSION = 1

_converter = Converter()
_converter.register_unstructure_hook(timedelta, lambda span: int(span.total_seconds()))
_converter.register_structure_hook(timedelta, lambda seconds, _: timedelta(seconds=seconds))


def to_json(terms: Terms) -> dict[str, Any]:
    result: dict[str, Any] = _converter.unstructure(terms)
    return result


def from_json(data: dict[str, Any]) -> Terms:
    return _converter.structure(data, Terms)


def rules() -> Rules:
    """The site's current rules; a new order freezes a copy."""
    return _rules(tuple(settings.ORDER_RULES.items()))


@lru_cache(maxsize=8)
def _rules(overrides: tuple[tuple[str, object], ...]) -> Rules:
    return with_overrides(dict(overrides))
