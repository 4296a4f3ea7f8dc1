"""Terms as JSON and back. Amounts are integers, durations whole seconds.

A rule that an old snapshot lacks gets its default.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Any

from cattrs import Converter
from django.conf import settings

from marketplace.kernel import currencies
from orders.contracts import Terms
from orders.rules import AMOUNTS, Rules, with_overrides

VERSION = 1

_converter = Converter()
_converter.register_unstructure_hook(timedelta, lambda span: int(span.total_seconds()))
_converter.register_structure_hook(timedelta, lambda seconds, _: timedelta(seconds=seconds))


def to_json(terms: Terms) -> dict[str, Any]:
    result: dict[str, Any] = _converter.unstructure(terms)
    return result


def from_json(data: dict[str, Any]) -> Terms:
    rules = {**_shipped(data["currency"]), **data["rules"]}
    return _converter.structure({**data, "rules": rules}, Terms)


@lru_cache(maxsize=64)
def _shipped(currency: str) -> dict[str, int]:
    """Amounts that a snapshot from before they existed lacks, in its currency."""
    sized = {name: currencies.sized(cents, currency) for name, cents in AMOUNTS.items()}
    return {name: value for name, value in sized.items() if value is not None}


def rules(currency: str) -> Rules:
    """The site's current rules in a currency; a new order freezes a copy. Raises MissingAmounts, ValueError."""
    return _rules(tuple(settings.ORDER_RULES.items()), tuple(currencies.amounts(currency, AMOUNTS).items()))


@lru_cache(maxsize=64)
def _rules(overrides: tuple[tuple[str, object], ...], amounts: tuple[tuple[str, int], ...]) -> Rules:
    return with_overrides(dict(overrides), dict(amounts))
