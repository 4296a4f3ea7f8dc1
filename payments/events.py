"""What happened to money: facts, published in the transaction that recorded them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from marketplace.kernel.money import Money
from payments.contracts import PayoutGate


@dataclass(frozen=True, slots=True)
class ChargeCaptured:
    charge_id: uuid.UUID
    reference: str
    purpose: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class ChargeExpired:
    """Stripe confirmed that the session can no longer be paid."""

    charge_id: uuid.UUID
    reference: str
    purpose: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundSucceeded:
    reference: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class TransferSucceeded:
    reference: str
    payee_id: int
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class PayoutPaid:
    payee_id: int
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class PayoutFailed:
    """A payout came back, perhaps after it had been paid: the money is in the seller's account again."""

    payee_id: int
    amount: Money
    reason: str  # in words
    was_paid: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class MoneyOverdue:
    """A payment that has been held so long that its owner has to divide it now (85 days)."""

    charge_id: uuid.UUID
    reference: str
    left: Money  # still held
    at: datetime


@dataclass(frozen=True, slots=True)
class PayoutGateChanged:
    payee_id: int
    gate: PayoutGate
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundBounced:
    """The buyer's bank sent a refund back: the money is here, and theirs."""

    refund_id: uuid.UUID
    reference: str
    payer_id: int
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class SellerOwes:
    """A share that had reached the seller went back to the buyer and could not be taken back."""

    payee_id: int
    reference: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class ChargebackOpened:
    """The buyer's bank has taken the payment back; nothing of it moves until that is decided."""

    charge_id: uuid.UUID
    reference: str
    purpose: str
    amount: Money
    reason: str  # the bank's
    evidence_due_at: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ChargebackWon:
    charge_id: uuid.UUID
    reference: str
    purpose: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class ChargebackLost:
    """Settled: ``left`` is what the hold has and no refund waits for, for the owner to divide; ``released`` what stays
    released of it, fees included: nothing where the seller bears the loss.
    """

    charge_id: uuid.UUID
    reference: str
    purpose: str
    amount: Money
    left: Money
    released: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class PaymentWarned:
    """The card's issuer suspects fraud: nothing is released until staff clear it."""

    charge_id: uuid.UUID
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WarningCleared:
    """Staff have looked at every warning of a payment: it moves like any other again."""

    charge_id: uuid.UUID
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BackupMade:
    """Published when a backup of the whole site is on the disk."""

    at: datetime
    size_bytes: int
