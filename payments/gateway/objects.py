"""Stripe's objects as far as we believe them: read again, never taken from a webhook's body."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

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
class Payment:
    """An intent and its charge, as far as they name each other and us."""

    charge_id: str
    intent_id: str
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class Refund:
    id: str
    status: str  # pending, requires_action, succeeded, failed, canceled
    failure: str
    metadata: dict[str, str]
    was_paid: bool = True  # out of the platform's balance; not while it waits for one that covers it


@dataclass(frozen=True, slots=True)
class Transfer:
    id: str
    amount: Money
    destination: str
    metadata: dict[str, str]


class Due(StrEnum):
    """How urgent the provider says that a requirement is."""

    PAST = "past_due"
    NOW = "currently_due"
    LATER = "eventually_due"


@dataclass(frozen=True, slots=True)
class Requirement:
    name: str  # the provider's
    due: Due
    problem: str = ""  # what was wrong with what was sent, in the provider's words


@dataclass(frozen=True, slots=True)
class Bank:
    """Where a connected account is paid out to."""

    mark: str  # changes with the account number
    label: str
    currency: str
    is_refused: bool  # a payout to it failed; the provider sends none there until it is changed


@dataclass(frozen=True, slots=True)
class ConnectedAccount:
    id: str
    can_receive: bool
    requirements: tuple[Requirement, ...]  # what the seller still has to give
    livemode: bool
    metadata: dict[str, str]
    deadline: datetime | None = None  # when what is missing begins to matter
    is_closed: bool = False  # closed, or no longer the platform's
    banks: tuple[Bank, ...] | None = None  # None: not asked


@dataclass(frozen=True, slots=True)
class Funds:
    """What lies in a balance."""

    available: Money
    pending: Money


@dataclass(frozen=True, slots=True)
class Payout:
    id: str
    status: str  # pending, in_transit, paid, failed, canceled
    arrives_on: date | None
    failure: str
    metadata: dict[str, str]
    failure_code: str = ""


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
    payment_metadata: dict[str, str] = field(default_factory=dict)  # of the charge that it disputes


@dataclass(frozen=True, slots=True)
class FraudWarning:
    id: str
    charge_id: str
    fraud_type: str
    actionable: bool
    livemode: bool
    payment_metadata: dict[str, str] = field(default_factory=dict)
