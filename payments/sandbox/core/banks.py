"""Stripe's test bank accounts (https://docs.stripe.com/connect/testing): the ending says how a payout goes."""

from __future__ import annotations

import re

from payments.sandbox import identifiers
from payments.sandbox.store import Obj

FAILURES = {
    "no_account": "The bank account details on file are probably incorrect. No bank account exists with those details.",
    "account_closed": "The bank account has been closed.",
    "insufficient_funds": "Your Stripe account has insufficient funds to cover the payout.",
    "debit_not_authorized": "Debit transactions are not approved on your bank account.",
    "invalid_currency": "The bank was unable to process this payout because of its currency.",
    "could_not_process": "The bank could not process this payout.",
}
# Those that lie with the bank account: Stripe pays nothing more to it.
LASTING = frozenset(("no_account", "account_closed", "debit_not_authorized"))
# Endings of IBANs, then of account numbers.
ENDINGS = {
    "13001": "no_account", "13002": "account_closed", "13003": "insufficient_funds",
    "13004": "debit_not_authorized", "13005": "invalid_currency",
    "1111116": "no_account", "1111113": "account_closed", "2222227": "insufficient_funds",
    "3333335": "debit_not_authorized", "4444440": "invalid_currency",
}  # fmt: skip
GOOD = {"GB": "00012345", "US": "000123456789", "CA": "000123456789", "AU": "000123456", "JP": "0001234"}
CURRENCIES = {
    "GB": "gbp", "US": "usd", "CA": "cad", "AU": "aud", "JP": "jpy", "CH": "chf", "SE": "sek", "DK": "dkk",
    "NO": "nok", "PL": "pln", "CZ": "czk", "RO": "ron", "HU": "huf", "IN": "inr", "BR": "brl", "MX": "mxn",
    "NZ": "nzd", "SG": "sgd", "HK": "hkd",
}  # fmt: skip
NUMBER = re.compile(r"^(?:[A-Z]{2}\d{2}[A-Z0-9]{10,30}|\d{5,17})$")


def clean(number: str) -> str:
    return re.sub(r"[\s-]", "", number).upper()


def valid(number: str) -> bool:
    return bool(NUMBER.match(clean(number)))


def suggestion(country: str) -> str:
    """A number whose payouts succeed. Stripe's German example carries any IBAN country's letters."""
    return GOOD.get(country, f"{country}89370400440532013000")


def currency_of(country: str) -> str:
    return CURRENCIES.get(country, "eur")


def failure(number: str) -> str:
    return next((code for ending, code in ENDINGS.items() if number.endswith(ending)), "")


def bank_account(account: str, country: str, number: str, holder: str, currency: str = "") -> Obj:
    digits = clean(number)
    return {
        "id": identifiers.new("ba_"),
        "object": "bank_account",
        "account": account,
        "account_holder_name": holder,
        "account_holder_type": "individual",
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "STRIPE TEST BANK",
        "country": country,
        "currency": currency or currency_of(country),
        "default_for_currency": True,
        "fingerprint": identifiers.new("", 16),
        "last4": digits[-4:],
        "metadata": {},
        "routing_number": digits[:8],
        "status": "new",
        "_created": identifiers.now(),
        "_failure": failure(digits),
    }
