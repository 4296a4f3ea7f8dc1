"""Between buyers and the hold."""

from __future__ import annotations

from datetime import datetime

from payments.ledger.kinds import Place
from payments.ledger.posting import credit, debit
from payments.models import Charge, Refund
from payments.postings.places import (
    BANK,
    PROMOTIONS,
    REFUNDS,
    STRIPE,
    STRIPE_FEES,
    hold_of,
    owed_to_buyer,
    post_for,
)


def capture(charge: Charge, amount_minor: int, at: datetime) -> bool:
    legs = debit(STRIPE, amount_minor), credit(hold_of(charge), amount_minor)
    return post_for(charge, "capture", charge.id, at, *legs)


def stripe_fee(charge: Charge, fee_minor: int, at: datetime) -> bool:
    return post_for(charge, "stripe_fee", charge.id, at, debit(STRIPE_FEES, fee_minor), credit(STRIPE, fee_minor))


def promotion(charge: Charge, amount_minor: int, at: datetime) -> bool:
    """The platform pays instead of a buyer; nothing moves at Stripe until it is transferred."""
    legs = debit(PROMOTIONS, amount_minor), credit(hold_of(charge), amount_minor)
    return post_for(charge, "promotion", charge.id, at, *legs)


def promotion_returned(refund: Refund, at: datetime) -> bool:
    charge = refund.charge
    legs = debit(hold_of(charge), refund.amount_minor), credit(PROMOTIONS, refund.amount_minor)
    return post_for(charge, "promotion_returned", refund.id, at, *legs)


def refund_intent(refund: Refund, at: datetime) -> bool:
    """From the hold; a second try after a bounce is paid from what is owed to the buyer."""
    kind = "refund_reissued" if refund.reissues_id else "refund_intent"
    legs = debit(_source(refund), refund.amount_minor), credit(REFUNDS, refund.amount_minor)
    return post_for(refund.charge, kind, refund.id, at, *legs)


def refund_done(refund: Refund, at: datetime) -> bool:
    legs = debit(REFUNDS, refund.amount_minor), credit(STRIPE, refund.amount_minor)
    return post_for(refund.charge, "refund_done", refund.id, at, *legs)


def refund_failed(refund: Refund, at: datetime) -> bool:
    """Stripe never took it: the money is where it came from again."""
    kind = "reissue_failed" if refund.reissues_id else "refund_failed"
    legs = debit(REFUNDS, refund.amount_minor), credit(_source(refund), refund.amount_minor)
    return post_for(refund.charge, kind, refund.id, at, *legs)


def refund_bounced(refund: Refund, at: datetime) -> bool:
    """Failed after Stripe had taken it: the money is in the platform's balance again, owed to the buyer."""
    legs = debit(STRIPE, refund.amount_minor), credit(owed_to_buyer(refund.charge), refund.amount_minor)
    return post_for(refund.charge, "refund_bounced", refund.id, at, *legs)


def refund_unpaid(refund: Refund, at: datetime) -> bool:
    """Failed while it waited for a balance that covers it: nothing has left, and the buyer is owed it."""
    legs = debit(REFUNDS, refund.amount_minor), credit(owed_to_buyer(refund.charge), refund.amount_minor)
    return post_for(refund.charge, "refund_unpaid", refund.id, at, *legs)


def paid_by_bank(refund: Refund, at: datetime) -> bool:
    """What a bounced refund owes, paid from the operator's own bank account."""
    legs = debit(owed_to_buyer(refund.charge), refund.amount_minor), credit(BANK, refund.amount_minor)
    return post_for(refund.charge, "paid_by_bank", refund.id, at, *legs)


def _source(refund: Refund) -> Place:
    return owed_to_buyer(refund.charge) if refund.reissues_id else hold_of(refund.charge)
