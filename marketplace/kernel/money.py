"""Money as integer minor units with an ISO 4217 code. No float ever enters or leaves."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Currencies whose smallest unit is not a hundredth (https://docs.stripe.com/currencies).
_ZERO_DECIMAL = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_THREE_DECIMAL = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CHF": "CHF ", "PLN": "zł "}


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one sum or comparison."""


def exponent(currency: str) -> int:
    """Number of decimal places of a currency's minor unit."""
    if currency in _ZERO_DECIMAL:
        return 0
    return 3 if currency in _THREE_DECIMAL else 2


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

    def share(self, basis_points: int) -> Money:
        """This part of the amount, in 1/10,000, rounded half up to the minor unit."""
        return Money((self.amount_minor * basis_points + 5_000) // 10_000, self.currency)

    def portion(self, part: int, whole: int) -> Money:
        """``part / whole`` of a non-negative amount, rounded half up; the one rounding of a split."""
        return Money((2 * self.amount_minor * part + whole) // (2 * whole), self.currency)

    @property
    def plain(self) -> str:
        """Digits with a point and the currency's decimals, as a number input wants them: ``58.00``."""
        places = exponent(self.currency)
        sign = "-" if self.amount_minor < 0 else ""
        digits = str(abs(self.amount_minor)).rjust(places + 1, "0")
        return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)

    def __str__(self) -> str:
        sign = "−" if self.amount_minor < 0 else ""
        whole, _, decimals = self.plain.lstrip("-").partition(".")
        grouped = f"{int(whole):,}" + (f".{decimals}" if decimals else "")
        return f"{sign}{_SYMBOLS.get(self.currency, self.currency + ' ')}{grouped}"


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

    Raises ValueError when it is not a plain decimal number or has more decimals than the currency.
    """
    places = exponent(currency)
    match = re.fullmatch(r"\s*(\d{1,15})(?:[.,](\d{1,3}))?\s*", text, re.ASCII)
    if match is None:
        raise ValueError("not an amount")
    decimals = match.group(2) or ""
    if len(decimals) > places:
        raise ValueError(f"{currency} has {places} decimals")
    return Money(int(match.group(1) + decimals.ljust(places, "0")), currency)
