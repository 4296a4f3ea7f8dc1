"""The platform's own money, and what nobody knows the owner of yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from payments.ledger.posting import Leg, credit, debit, post
from payments.postings.places import BANK, EQUITY, STRIPE, STRIPE_FEES, SUSPENSE


def _post(kind: str, key: str, currency: str, at: datetime, *legs: Leg) -> bool:
    name = f"{kind}:{key}"
    return post(op_key=name, kind=kind, reference=name[:120], currency=currency, legs=legs, at=at)


def deposit(key: str, amount_minor: int, currency: str, at: datetime) -> bool:
    """The operator's own money, put into the balance at Stripe so that refunds never wait for funds."""
    return _post("deposit", key, currency, at, debit(STRIPE, amount_minor), credit(EQUITY, amount_minor))


def withdrawal(payout_id: str, amount_minor: int, currency: str, at: datetime) -> bool:
    """From the balance at Stripe to the operator's bank; ``payout_id`` is Stripe's."""
    return _post("withdrawal", payout_id, currency, at, debit(BANK, amount_minor), credit(STRIPE, amount_minor))


def withdrawal_returned(payout_id: str, amount_minor: int, currency: str, at: datetime) -> bool:
    legs = debit(STRIPE, amount_minor), credit(BANK, amount_minor)
    return _post("withdrawal_returned", payout_id, currency, at, *legs)


def suspense(transaction_id: str, net_minor: int, currency: str, at: datetime) -> bool:
    """A movement at Stripe that nothing here explains: positive came in, negative went out."""
    kind = "suspense_in" if net_minor > 0 else "suspense_out"
    return _post(kind, transaction_id, currency, at, debit(STRIPE, net_minor), credit(SUSPENSE, net_minor))


def stripe_cost(transaction_id: str, fee_minor: int, currency: str, at: datetime) -> bool:
    """A fee of Stripe's that belongs to no payment (its monthly bill); negative where it is given back."""
    kind = "stripe_cost" if fee_minor > 0 else "stripe_cost_returned"
    return _post(kind, transaction_id, currency, at, debit(STRIPE_FEES, fee_minor), credit(STRIPE, fee_minor))


def manual(key: str, currency: str, legs: Sequence[Leg], at: datetime) -> bool:
    """What two people agreed on; never without a second person (``services/manual.py``)."""
    return _post("manual", key, currency, at, *legs)
