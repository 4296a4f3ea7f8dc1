"""Stripe's objects as far as we believe them: read again, never taken from a webhook's body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from marketplace.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Session:
    """A Checkout session with what its payment came to."""

    id: str
    url: str
    status: str  # open, complete, expired
    is_paid: bool
    livemode: bool
    payment_intent_id: str
    charge_id: str
    received: Money | None  # None until paid
    fee: Money | None  # Stripe's, from the balance transaction, where that exists already
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class Refund:
    id: str
    status: str  # pending, requires_action, succeeded, failed, canceled
    failure: str
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class Transfer:
    id: str
    amount: Money
    destination: str
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class ConnectedAccount:
    id: str
    can_receive: bool
    requirements: tuple[str, ...]  # the provider's names of what the seller still has to give
    livemode: bool
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class Payout:
    id: str
    status: str  # pending, in_transit, paid, failed, canceled
    arrives_on: date | None
    failure: str
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reversal:
    """Part of a transfer that came back."""

    id: str
    transfer_id: str
    amount: Money
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class Movement:
    """A balance transaction: ``amount`` negative where it took from the balance; ``fee_minor`` besides."""

    id: str
    amount: Money
    fee_minor: int


@dataclass(frozen=True, slots=True)
class Dispute:
    id: str
    charge_id: str
    status: str  # warning_needs_response … needs_response, under_review, won, lost
    reason: str
    amount: Money
    movements: tuple[Movement, ...]  # funds withdrawn and reinstated
    evidence_due_at: datetime | None
    has_evidence: bool
    submissions: int
    livemode: bool
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class FraudWarning:
    id: str
    charge_id: str
    fraud_type: str
    actionable: bool
    livemode: bool
