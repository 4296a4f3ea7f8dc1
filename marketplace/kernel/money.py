"""Money as integer minor units with an ISO 4217 code. No float ever enters or leaves.

Minor units are Stripe's (https://docs.stripe.com/currencies, read November 2026), which differ from ISO 4217 for
a few currencies: what is written here is what its API takes. Presentation is in ``kernel/words.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# "Zero-decimal currencies": the amount is the number of whole units. UGX stands in Stripe's list too, but its
# special case below governs what the API takes.
_ZERO_DECIMAL = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
# "Three-decimal currencies": the last digit must be 0.
_THREE_DECIMAL = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
# "Special cases": no fractions any more, but still sent as hundredths that are 00.
_WHOLE_AS_HUNDREDTHS = frozenset({"ISK", "UGX"})
# "Special cases": charged to the hundredth, paid out in whole units.
_WHOLE_PAYOUTS = frozenset({"HUF", "TWD"})

# Twelve digits: the longest amount that Stripe takes of anybody. Sums of millions of them fit into 64 bits.
LARGEST_MINOR = 999_999_999_999


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one sum or comparison."""


def exponent(currency: str) -> int:
    """Number of decimal places of a currency's minor unit."""
    if currency in _ZERO_DECIMAL:
        return 0
    return 3 if currency in _THREE_DECIMAL else 2


def decimals(currency: str) -> int:
    """Number of decimal places that people read and write: none for ISK, though its minor unit is a hundredth."""
    return 0 if currency in _WHOLE_AS_HUNDREDTHS else exponent(currency)


def payable_step(currency: str) -> int:
    """The smallest step in minor units in which Stripe charges, refunds and transfers; 1 for most currencies."""
    if currency in _THREE_DECIMAL:
        return 10
    return 100 if currency in _WHOLE_AS_HUNDREDTHS else 1


def payout_step(currency: str) -> int:
    """The smallest step in minor units of a payout to a bank."""
    return 100 if currency in _WHOLE_PAYOUTS else payable_step(currency)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents for EUR); may be negative as a difference."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount_minor) is not int:
            raise TypeError(f"minor units are an int, not {type(self.amount_minor).__name__}")
        if not re.fullmatch(r"[A-Z]{3}", self.currency):
            raise ValueError(f"not an ISO 4217 code: {self.currency!r}")

    def __add__(self, other: Money) -> Money:
        return Money(self.amount_minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount_minor - self._same(other), self.currency)

    def __mul__(self, count: int) -> Money:
        return Money(self.amount_minor * count, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount_minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount_minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount_minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount_minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount_minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.amount_minor != 0

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.amount_minor

    @property
    def is_payable(self) -> bool:
        """Whether Stripe takes such an amount: KWD 1.234 and half an ISK cannot be paid."""
        return self.amount_minor % payable_step(self.currency) == 0

    def share(self, basis_points: int) -> Money:
        """This part of the amount, in 1/10,000, rounded half up to what can be paid."""
        return self.portion(basis_points, 10_000)

    def portion(self, part: int, whole: int) -> Money:
        """``part / whole`` of a non-negative amount, rounded half up to what can be paid; the one rounding of a split.

        Never more than the amount; where that can be paid, so can the rest.
        """
        step = payable_step(self.currency)
        steps = (2 * self.amount_minor * part + whole * step) // (2 * whole * step)
        return Money(min(steps * step, self.amount_minor), self.currency)

    def portion_up(self, part: int, whole: int) -> Money:
        """``part / whole`` of a non-negative amount, rounded up to what can be paid; never more than the amount."""
        step = payable_step(self.currency)
        steps = -(-self.amount_minor * part // (whole * step))
        return Money(min(steps * step, self.amount_minor), self.currency)

    @property
    def plain(self) -> str:
        """Digits with a point and the currency's decimals, as a number input wants them: ``58.00``."""
        places = exponent(self.currency)
        sign = "-" if self.amount_minor < 0 else ""
        digits = str(abs(self.amount_minor)).rjust(places + 1, "0")
        whole, rest = (digits[:-places], digits[-places:]) if places else (digits, "")
        if not rest or (not decimals(self.currency) and not int(rest)):
            return sign + whole
        return f"{sign}{whole}.{rest}"

    def __str__(self) -> str:
        """For logs and programmers; people read ``words.amount``."""
        return f"{self.currency} {self.plain}"


def zero(currency: str) -> Money:
    return Money(0, currency)


def total(amounts: list[Money], currency: str) -> Money:
    """Sum of amounts of one currency; zero when there are none."""
    result = zero(currency)
    for amount in amounts:
        result += amount
    return result


def parse(text: str, currency: str) -> Money:
    """What a person typed (``12``, ``12.5``, ``12,50``) as money.

    Raises ValueError when it is not a plain decimal number or has more decimals than people write in the currency;
    ``12.00`` is understood where there are none.
    """
    match = re.fullmatch(r"\s*(\d{1,15})(?:[.,](\d{1,3}))?\s*", text, re.ASCII)
    if match is None:
        raise ValueError("not an amount")
    typed, places = match.group(2) or "", decimals(currency)
    if typed == "00" and not places:
        typed = ""
    if len(typed) > places:
        raise ValueError(f"{currency} has {places} decimals")
    return Money(int(match.group(1) + typed.ljust(exponent(currency), "0")), currency)
