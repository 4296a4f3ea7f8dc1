"""The accounts by the names that postings use, and the form that all postings of one charge share."""

from __future__ import annotations

from datetime import datetime

from payments.ledger.kinds import Kind, Place
from payments.ledger.posting import Leg, post
from payments.models import Charge, Release

STRIPE = Place(Kind.STRIPE_BALANCE)
BANK = Place(Kind.PLATFORM_BANK)
EQUITY = Place(Kind.PLATFORM_EQUITY)
FEES = Place(Kind.FEE_REVENUE)
STRIPE_FEES = Place(Kind.STRIPE_FEE_EXPENSE)
DISPUTE_FEES = Place(Kind.DISPUTE_FEE_EXPENSE)
PROMOTIONS = Place(Kind.PROMOTION_EXPENSE)
LOSS = Place(Kind.PLATFORM_LOSS)
TRANSFERS = Place(Kind.TRANSFER_CLEARING)
REFUNDS = Place(Kind.REFUND_CLEARING)
DISPUTES = Place(Kind.DISPUTE_CLEARING)
SETTLEMENT = Place(Kind.DEBT_SETTLEMENT)
SUSPENSE = Place(Kind.SUSPENSE)


def hold_of(charge: Charge) -> Place:
    return Place(Kind.HOLD, reference=str(charge.id))


def clearing_of(release: Release) -> Place:
    return Place(Kind.SELLER_CLEARING, owner_id=release.payee_id, reference=release.charge.reference)


def available_of(release: Release) -> Place:
    return Place(Kind.SELLER_AVAILABLE, owner_id=release.payee_id, reference=release.charge.reference)


def debt_of(release: Release) -> Place:
    return Place(Kind.SELLER_DEBT, owner_id=release.payee_id, reference=release.charge.reference)


def owed_to_buyer(charge: Charge) -> Place:
    return Place(Kind.BUYER_PAYABLE, owner_id=charge.payer_id)


def post_for(charge: Charge, kind: str, key: object, at: datetime, *legs: Leg) -> bool:
    """Posts under the charge's reference and currency, once per kind and key."""
    return post(
        op_key=f"{kind}:{key}", kind=kind, reference=charge.reference, currency=charge.currency, legs=legs, at=at
    )
