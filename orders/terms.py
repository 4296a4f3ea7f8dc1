"""Terms as JSON and back. Amounts are integers, durations whole seconds.

A rule that an old snapshot lacks gets its default.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import Any, get_type_hints

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


# What an operator set in place of the settings: by name and currency, as terms freeze it.
Own = dict[tuple[str, str], Any]


def _nothing() -> Own:
    return {}


_own: Callable[[], Own] = _nothing


def use(source: Callable[[], Own]) -> None:
    """Installs where an operator's own rules come from; called once when the application starts."""
    global _own
    _own = source


def rules(currency: str) -> Rules:
    """The site's current rules in a currency; a new order freezes a copy. Raises MissingAmounts, ValueError."""
    return rules_with(currency, _own())


def rules_with(currency: str, own: Own) -> Rules:
    """The settings with what an operator set in place of them; nothing of it: the settings alone."""
    amounts = currencies.amounts(currency, AMOUNTS)
    mine = {name: value for (name, code), value in own.items() if code == currency and name in AMOUNTS}
    others = {name: typed(name, value) for (name, code), value in own.items() if not code and name in KNOWN}
    return _rules(tuple({**settings.ORDER_RULES, **others}.items()), tuple({**amounts, **mine}.items()))


def typed(name: str, value: Any) -> object:
    """A rule's value from the JSON in which terms freeze it."""
    return _converter.structure(value, KNOWN[name])


def plain(value: object) -> Any:
    """The same back."""
    return _converter.unstructure(value)


KNOWN: dict[str, Any] = get_type_hints(Rules)  # name → type


@lru_cache(maxsize=64)
def _rules(overrides: tuple[tuple[str, object], ...], amounts: tuple[tuple[str, int], ...]) -> Rules:
    return with_overrides(dict(overrides), dict(amounts))
