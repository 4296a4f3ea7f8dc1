"""What can be charged and paid out in each currency: Stripe's limits, the site's own, and where Stripe settles what.

Stripe's tables were read in November 2026: https://docs.stripe.com/currencies (minimum and maximum charge amounts) and
https://docs.stripe.com/payouts/multicurrency-settlement (countries and currencies).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.kernel import currencies, words
from marketplace.kernel.money import LARGEST_MINOR, Money, payable_step
from payments.errors import AmountOutOfRange, CurrencyNotSettled

# The smallest charge that Stripe takes in a currency that is settled, in minor units; it documents no others.
STRIPE_MINIMUM = {
    "AED": 200, "ARS": 50, "AUD": 50, "BRL": 50, "CAD": 50, "CHF": 50, "COP": 50, "CZK": 1_500, "DKK": 250, "EUR": 50,
    "GBP": 30, "HKD": 400, "HUF": 17_500, "IDR": 50, "ILS": 50, "INR": 50, "JPY": 50, "KRW": 50, "MXN": 1_000,
    "MYR": 200, "NOK": 300, "NZD": 50, "PHP": 50, "PLN": 200, "RON": 200, "RUB": 50, "SEK": 300, "SGD": 50,
    "THB": 1_000, "USD": 50, "ZAR": 50,
}  # fmt: skip

# Digits of the largest charge by any payment method.
_STRIPE_DIGITS, _STRIPE_MORE_DIGITS = 8, {"IDR": 12, "COP": 10, "INR": 9}

# Each country's own currency; those that are missing have the euro.
_OWN = {
    "AE": "AED", "AU": "AUD", "BR": "BRL", "CA": "CAD", "CH": "CHF", "CZ": "CZK", "DK": "DKK", "GB": "GBP", "GI": "GBP",
    "HK": "HKD", "HU": "HUF", "IN": "INR", "JP": "JPY", "LI": "CHF", "MX": "MXN", "MY": "MYR", "NO": "NOK", "NZ": "NZD",
    "PL": "PLN", "RO": "RON", "SE": "SEK", "SG": "SGD", "TH": "THB", "US": "USD",
}  # fmt: skip
_EURO = frozenset(
    ["AT", "BE", "BG", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PT"]
    + ["SI", "SK"]
)
# What accounts in Europe can settle beside their own, and accounts elsewhere as far as Stripe documents it.
_EUROPE = _EURO | {"CH", "CZ", "DK", "GB", "GI", "HU", "LI", "NO", "PL", "RO", "SE"}
_IN_EUROPE = frozenset(
    ["AUD", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "JPY", "NOK", "NZD", "PLN", "RON", "SEK", "SGD"]
    + ["USD", "ZAR"]
)
_ALSO = {"US": frozenset({"CAD", "EUR", "GBP"}), "CA": frozenset({"USD"})}
_SEVERAL = frozenset({"AE", "AU", "HK", "SG"})  # several, but which is not written down

# The shipped limits in euro cents, by the names that CURRENCY_RULES uses.
LIMITS = {
    "charge_minimum_minor": 50,
    "charge_maximum_minor": 500_000,
    "payout_minimum_minor": 1_000,
    "second_person_above_minor": 50_000,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one charge and of one payout to a seller's bank, in minor units of one currency."""

    charge_minimum_minor: int
    charge_maximum_minor: int
    payout_minimum_minor: int
    second_person_above_minor: int  # what one treasurer may refund, or let go on after a fraud warning, alone


def limits(currency: str) -> Limits:
    """The site's limits, the minimum never below Stripe's. Raises MissingAmounts where they are not configured."""
    found = currencies.amounts(currency, LIMITS)
    found["charge_minimum_minor"] = max(found["charge_minimum_minor"], STRIPE_MINIMUM.get(currency, 1))
    return Limits(**found)


def stripe_maximum(currency: str) -> int:
    """The largest charge that every payment method takes, in minor units."""
    return int("9" * _STRIPE_MORE_DIGITS.get(currency, _STRIPE_DIGITS))


def settles(country: str, currency: str) -> bool | None:
    """Whether Stripe settles a currency for a platform in this country; None where that is not written down here."""
    own = _OWN.get(country) or ("EUR" if country in _EURO else None)
    if own is None or currency == own:
        return None if own is None else True
    if country in _SEVERAL:
        return None
    known = _IN_EUROPE if country in _EUROPE else _ALSO.get(country, frozenset())
    return True if currency in known else None if country in _EUROPE or country in _ALSO else False


def check_charge(amount: Money) -> None:
    """Whether a buyer can be asked for this. Raises CurrencyNotSettled, AmountOutOfRange."""
    if amount.currency not in currencies.settled():
        raise CurrencyNotSettled(amount.currency)
    bounds = limits(amount.currency)
    low = Money(bounds.charge_minimum_minor, amount.currency)
    high = Money(bounds.charge_maximum_minor, amount.currency)
    if not low <= amount <= high:
        text = _("A payment is between %(low)s and %(high)s.")
        raise AmountOutOfRange(text % {"low": words.amount(low), "high": words.amount(high)})
    check_payable(amount)


def check_payable(amount: Money) -> None:
    """Whether Stripe can move this at all, whatever the site's limits. Raises AmountOutOfRange."""
    if not 0 < amount.amount_minor <= LARGEST_MINOR:
        raise AmountOutOfRange(_("There is no such amount."))
    check_part(amount)


def check_part(amount: Money) -> None:
    """Whether this can be a part of what is moved: not negative, in payable steps. Raises AmountOutOfRange."""
    if amount.amount_minor < 0:
        raise AmountOutOfRange(_("There is no such amount."))
    if not amount.is_payable:
        step = Money(payable_step(amount.currency), amount.currency)
        raise AmountOutOfRange(_("Amounts go in steps of %(step)s.") % {"step": words.amount(step)})
