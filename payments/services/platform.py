"""The platform's own money."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from marketplace.kernel.money import Money
from payments import postings


@transaction.atomic
def record_deposit(*, key: str, amount: Money, at: datetime) -> None:
    """Writes down that the operator topped up the balance at Stripe; the same key again changes nothing.

    Stripe keeps its fee of a refunded payment, so a platform without money of its own cannot refund its first orders.
    """
    postings.deposit(key, amount.amount_minor, amount.currency, at)
