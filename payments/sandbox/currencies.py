"""Minor units as Stripe counts them (https://docs.stripe.com/currencies)."""

from __future__ import annotations

from payments.sandbox.errors import ApiError, invalid

ZERO_DECIMAL = frozenset((
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf",
))  # fmt: skip
# Their last digit must be 0 where a card is charged or refunded.
THREE_DECIMAL = frozenset((
    "bhd", "jod", "kwd", "omr", "tnd",
))  # fmt: skip
# Without decimals, and yet written with two of them, which must be 00.
WHOLE_UNITS = frozenset((
    "isk", "ugx",
))  # fmt: skip
# The same, but to a bank only.
WHOLE_PAYOUTS = WHOLE_UNITS | {"huf", "twd"}
# Least charges in minor units, by the settlement currency; others need half a unit.
SMALLEST = {
    "aed": 200, "bgn": 100, "czk": 1500, "dkk": 250, "gbp": 30, "hkd": 400, "huf": 17500, "jpy": 50, "mxn": 1000,
    "myr": 200, "nok": 300, "pln": 200, "ron": 200, "sek": 300, "thb": 1000,
}  # fmt: skip
LARGEST, LARGEST_RUPIAH = 99_999_999, 999_999_999_999
SYMBOLS = {"eur": "€", "usd": "$", "gbp": "£", "jpy": "¥"}


def exponent(currency: str) -> int:
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def units(many: int, currency: str) -> int:
    """Whole units in minor units."""
    return int(many * 10 ** exponent(currency))


def smallest_charge(currency: str) -> int:
    return SMALLEST.get(currency) or max(units(1, currency) // 2, 1)


def largest_charge(currency: str) -> int:
    return LARGEST_RUPIAH if currency == "idr" else LARGEST


def check(currency: str) -> str:
    """The currency's code in lower case. Raises ApiError for what is no code."""
    code = currency.lower()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise invalid(f"Invalid currency: {currency}.", param="currency")
    return code


def check_card_amount(amount: int, currency: str) -> None:
    """Refuse a charge or a refund that the card networks could not carry."""
    if currency in THREE_DECIMAL and amount % 10:
        raise _fraction(f"Amounts in {currency.upper()} must end in 0.")
    if currency in WHOLE_UNITS and amount % 100:
        raise _fraction(f"Amounts in {currency.upper()} must be evenly divisible by 100.")


def check_payout_amount(amount: int, currency: str) -> None:
    if currency in WHOLE_PAYOUTS and amount % 100:
        raise _fraction(f"Payouts in {currency.upper()} must be evenly divisible by 100.")


def stripe_fee(amount: int, currency: str) -> int:
    """1.5 % and a quarter of a unit, rounded half up, in minor units."""
    return (amount * 15 + 500) // 1000 + (units(1, currency) + 2) // 4


def text(amount: int, currency: str) -> str:
    digits = exponent(currency)
    whole, part = divmod(abs(amount), 10**digits)
    number = f"{whole:,}" + (f".{part:0{digits}d}" if digits else "")
    sign = "−" if amount < 0 else ""
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency.upper()}"


def _fraction(message: str) -> ApiError:
    return invalid(message, param="amount", code="invalid_amount")
