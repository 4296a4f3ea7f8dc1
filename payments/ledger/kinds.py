"""The chart of accounts. An entry's amount is positive as a credit, negative as a debit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    STRIPE_BALANCE = "stripe_balance"  # asset: what Stripe holds for the platform, pending and available
    PLATFORM_BANK = "platform_bank"  # asset: withdrawn by the operator
    PLATFORM_EQUITY = "platform_equity"  # the operator's own money, topped up
    HOLD = "hold"  # owed, per charge: protected until released or refunded
    SELLER_CLEARING = "seller_clearing"  # owed to a seller for one reference, not cleared
    SELLER_AVAILABLE = "seller_available"  # owed to a seller for one reference, cleared
    SELLER_DEBT = "seller_debt"  # owed by a seller
    DEBT_SETTLEMENT = "debt_settlement"  # bridges a debt of one order paid from another; zero over all
    TRANSFER_CLEARING = "transfer_clearing"  # on its way to a connected account
    REFUND_CLEARING = "refund_clearing"  # on its way to a buyer
    DISPUTE_CLEARING = "dispute_clearing"  # withdrawn by a chargeback that is open
    BUYER_PAYABLE = "buyer_payable"  # refunds that bounced
    FEE_REVENUE = "fee_revenue"
    STRIPE_FEE_EXPENSE = "stripe_fee_expense"
    DISPUTE_FEE_EXPENSE = "dispute_fee_expense"
    PROMOTION_EXPENSE = "promotion_expense"
    PLATFORM_LOSS = "platform_loss"
    SUSPENSE = "suspense"  # nobody knows yet whose it is


# Accounts with a balance row that may not fall below zero; the others are append-only, without a hot row.
GUARDED = frozenset({Kind.HOLD, Kind.SELLER_CLEARING, Kind.SELLER_AVAILABLE})


@dataclass(frozen=True, slots=True)
class Place:
    """An account by its name: made when first posted to."""

    kind: Kind
    owner_id: int = 0
    reference: str = ""
