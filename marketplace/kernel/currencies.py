"""The currencies that a site settles in, and the site's own amounts in each of them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.conf import settings

from marketplace.kernel.money import payable_step

# What a euro buys, in minor units and in round numbers: by this a new site's thresholds have a similar size in every
# currency. These are no exchange rates, and no amount of anybody's is ever converted with them.
_EURO_BUYS = {
    "AED": 400,
    "AUD": 200,
    "BHD": 400,
    "BRL": 600,
    "CAD": 150,
    "CHF": 100,
    "CZK": 2_500,
    "DKK": 800,
    "EUR": 100,
    "GBP": 100,
    "HKD": 1_000,
    "HUF": 40_000,
    "ILS": 400,
    "INR": 10_000,
    "ISK": 15_000,
    "JOD": 800,
    "JPY": 150,
    "KRW": 1_500,
    "KWD": 400,
    "MXN": 2_000,
    "MYR": 500,
    "NOK": 1_000,
    "NZD": 200,
    "OMR": 400,
    "PHP": 6_000,
    "PLN": 400,
    "RON": 500,
    "SEK": 1_000,
    "SGD": 150,
    "THB": 4_000,
    "TND": 3_500,
    "TWD": 4_000,
    "UGX": 400_000,
    "USD": 100,
    "ZAR": 2_000,
}


class MissingAmounts(ValueError):
    """The site settles in a currency for which it has not said these amounts, and none are shipped."""

    def __init__(self, currency: str, names: list[str]) -> None:
        super().__init__(f"CURRENCY_RULES: {currency} has no {', '.join(names)}")
        self.currency, self.names = currency, names


def settled() -> tuple[str, ...]:
    """ISO 4217 codes, the one that is offered first at the front."""
    return tuple(settings.SETTLEMENT_CURRENCIES)


def default() -> str:
    return settled()[0]


def chosen(code: str) -> str:
    """What somebody asked for, or the site's first where it settles in no such currency."""
    return code if code in settled() else default()


def sized(euro_cents: int, currency: str) -> int | None:
    """A shipped amount of about this size in minor units of a currency, or None where none is shipped for it."""
    level = _EURO_BUYS.get(currency)
    return None if level is None else euro_cents * level // 100 // payable_step(currency) * payable_step(currency)


def resized(amount_minor: int, source: str, currency: str) -> int | None:
    """A site's own threshold in one currency as one of about that size in another, or None where none is shipped."""
    if source == currency:
        return amount_minor
    level, other = _EURO_BUYS.get(source), _EURO_BUYS.get(currency)
    if level is None or other is None:
        return None
    return amount_minor * other // level // payable_step(currency) * payable_step(currency)


def amounts(currency: str, in_euro_cents: Mapping[str, int]) -> dict[str, int]:
    """The named amounts in minor units: the site's own from CURRENCY_RULES, else the shipped ones.

    Raises MissingAmounts.
    """
    own = settings.CURRENCY_RULES.get(currency, {})
    found = {name: own.get(name, sized(euro_cents, currency)) for name, euro_cents in in_euro_cents.items()}
    if missing := [name for name, value in found.items() if value is None]:
        raise MissingAmounts(currency, missing)
    return {name: value for name, value in found.items() if value is not None}


def how_to_say(missing: MissingAmounts) -> str:
    """What the operator writes where."""
    lines = json.dumps({missing.currency: dict.fromkeys(missing.names, 0)})
    return f"Set CURRENCY_RULES (environment or settings) to {lines} with your own amounts in minor units instead of 0."
