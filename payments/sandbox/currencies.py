"""Minor units as Stripe counts them (https://docs.stripe.com/currencies)."""

from __future__ import annotations

ZERO_DECIMAL = frozenset((
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf",
))  # fmt: skip
THREE_DECIMAL = frozenset((
    "bhd", "jod", "kwd", "omr", "tnd",
))  # fmt: skip
SYMBOLS = {"eur": "€", "usd": "$", "gbp": "£", "jpy": "¥"}


def exponent(currency: str) -> int:
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def smallest_charge(currency: str) -> int:
    """Half a unit, or 50 of a currency without decimals: near enough to Stripe's table."""
    return 50 if exponent(currency) == 0 else int(5 * 10 ** (exponent(currency) - 1))


def stripe_fee(amount: int, currency: str) -> int:
    """1.5 % and a quarter of a unit, rounded half up, in minor units."""
    return (amount * 15 + 500) // 1000 + (int(10 ** exponent(currency)) + 2) // 4


def text(amount: int, currency: str) -> str:
    digits = exponent(currency)
    whole, part = divmod(abs(amount), 10**digits)
    number = f"{whole:,}" + (f".{part:0{digits}d}" if digits else "")
    sign = "−" if amount < 0 else ""
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency.upper()}"
