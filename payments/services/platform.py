"""The platform's own money: what the operator puts in and takes out, and what Stripe takes for itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from marketplace.kernel.money import Money
from payments import postings
from payments.gateway.movements import Movement

WITHDRAWALS = frozenset({"payout"})
RETURNS = frozenset({"payout_failure", "payout_cancel"})
DEPOSITS = frozenset({"topup"})
TAKEN_BACK = frozenset({"topup_reversal"})
COSTS = frozenset({"stripe_fee", "stripe_fx_fee", "tax_fee", "payment_network_reserve_fee", "network_cost"})
OWN = WITHDRAWALS | RETURNS | DEPOSITS | TAKEN_BACK | COSTS


@transaction.atomic
def record_deposit(*, key: str, amount: Money, at: datetime) -> None:
    """Writes down that the operator topped up the balance at Stripe; the same key again changes nothing.

    ``key`` is Stripe's id of the top-up: its own event posts under the same key, so that whoever comes first posts.
    Stripe keeps its fee of a refunded payment, so a platform without money of its own cannot refund its first orders.
    """
    postings.deposit(key, amount.amount_minor, amount.currency, at)


def book_all(moved: Sequence[Movement], at: datetime) -> None:
    """Posts movements of the operator's own money, each once. Inside a transaction."""
    for movement in moved:
        book(movement, at)


def book(movement: Movement, at: datetime) -> None:
    """Posts one; does nothing for a type that is not the operator's own (see ``OWN``)."""
    source, amount, currency = movement.source, movement.amount_minor, movement.currency
    if movement.type in WITHDRAWALS:
        postings.withdrawal(source, -amount, currency, at)
    elif movement.type in RETURNS:
        postings.withdrawal_returned(source, amount, currency, at)
    elif movement.type in DEPOSITS:
        postings.deposit(source, amount, currency, at)
    elif movement.type in TAKEN_BACK:
        postings.deposit(taken_back_key(source), amount, currency, at)
    elif movement.type in COSTS:
        postings.stripe_cost(movement.id, -movement.net_minor, currency, at)
        return
    if movement.fee_minor and movement.type in OWN:
        postings.stripe_cost(movement.id, movement.fee_minor, currency, at)


def taken_back_key(topup_id: str) -> str:
    return f"{topup_id}:reversed"


def suspend(moved: Sequence[Movement], at: datetime) -> int:
    """Posts what belongs to nobody here to suspense, each once; returns how many were new. Inside a transaction."""
    return sum(postings.suspense(one.id, one.net_minor, one.currency, at) for one in moved if one.net_minor)
