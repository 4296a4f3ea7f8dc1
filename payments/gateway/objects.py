"""Stripe's objects as far as we believe them: read again, never taken from a webhook's body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
