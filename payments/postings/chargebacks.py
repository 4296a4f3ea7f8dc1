"""What banks take back, and what becomes of it."""

from __future__ import annotations

from datetime import datetime

from payments.ledger.posting import credit, debit
from payments.models import Chargeback
from payments.postings.places import DISPUTE_FEES, DISPUTES, LOSS, STRIPE, hold_of, post_for


def chargeback_withdrawn(chargeback: Chargeback, transaction_id: str, amount_minor: int, at: datetime) -> bool:
    """``transaction_id``: Stripe's balance transaction; each of them is posted once."""
    legs = debit(DISPUTES, amount_minor), credit(STRIPE, amount_minor)
    return post_for(chargeback.charge, "chargeback_withdrawn", transaction_id, at, *legs)


def chargeback_reinstated(chargeback: Chargeback, transaction_id: str, amount_minor: int, at: datetime) -> bool:
    legs = debit(STRIPE, amount_minor), credit(DISPUTES, amount_minor)
    return post_for(chargeback.charge, "chargeback_reinstated", transaction_id, at, *legs)


def dispute_fee(chargeback: Chargeback, transaction_id: str, fee_minor: int, at: datetime) -> bool:
    """Negative where Stripe gives it back."""
    kind = "dispute_fee" if fee_minor > 0 else "dispute_fee_returned"
    legs = debit(DISPUTE_FEES, fee_minor), credit(STRIPE, fee_minor)
    return post_for(chargeback.charge, kind, transaction_id, at, *legs)


def chargeback_lost(chargeback: Chargeback, *, hold_minor: int, loss_minor: int, at: datetime) -> bool:
    """The hold bears what is left of the charge, the platform the rest."""
    charge = chargeback.charge
    borne = debit(hold_of(charge), hold_minor), debit(LOSS, loss_minor)
    return post_for(
        charge, "chargeback_lost", chargeback.id, at, *borne, credit(DISPUTES, hold_minor + loss_minor)
    )  # fmt: skip
