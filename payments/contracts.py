"""What other apps may know of money. ``reference`` is opaque here: whoever asks names their own thing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from marketplace.kernel.money import Money

# Inter and Fraunces as TTF, for whatever is drawn: documents here, cards of links above.
FONTS = Path(__file__).parent / "documents" / "fonts"


class ChargeState(StrEnum):
    PENDING = "pending"  # a Checkout session exists or is about to
    CAPTURED = "captured"  # Stripe has the money, the hold is posted
    EXPIRED = "expired"  # Stripe confirmed that it can no longer be paid


@dataclass(frozen=True, slots=True)
class ChargeLine:
    title: str
    quantity: int
    unit: Money


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """A payment to be asked of a buyer on the hosted Checkout page."""

    key: str  # makes it one charge however often it is asked
    reference: str
    purpose: str  # "order", "extra", "step", "tip"
    payer_id: int
    payer_email: str
    lines: tuple[ChargeLine, ...]  # their sum is the charge
    window: timedelta  # shown to the buyer; the session itself lives five minutes longer
    success_path: str
    cancel_path: str
    address: str = ""  # where the request came from, for limits against stolen cards; kept as a keyed hash

    @property
    def amount(self) -> Money:
        first, *rest = (line.unit * line.quantity for line in self.lines)
        for line in rest:
            first += line
        return first


@dataclass(frozen=True, slots=True)
class PromotionRequest:
    """Money of the platform's own, held for somebody: a discount it pays for, a gesture to a seller."""

    key: str
    reference: str
    beneficiary_id: int
    amount: Money


@dataclass(frozen=True, slots=True)
class ChargeView:
    id: uuid.UUID
    reference: str
    purpose: str
    amount: Money
    state: ChargeState
    checkout_url: str  # empty until Stripe has answered


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """Part of a hold that becomes a seller's: hold → clearing, with the platform's fees as legs."""

    key: str
    charge_id: uuid.UUID
    payee_id: int
    price: Money  # what the seller earns before their fee
    seller_fee: Money  # taken from the price
    buyer_fee: Money  # the part of the buyer's fee that the platform keeps


@dataclass(frozen=True, slots=True)
class RefundRequest:
    key: str
    charge_id: uuid.UUID
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True)
class Position:
    """Where the money of one reference stands; every amount in its currency, none negative."""

    captured: Money
    held: Money
    clearing: Money  # seller's share, waiting
    available: Money  # seller's share, cleared, not sent yet
    sending: Money  # transfer or refund on its way
    transferred: Money  # reached the seller's connected account
    refunding: Money
    refunded: Money
    fees: Money  # kept by the platform
    charged_back: Money  # taken by the buyer's bank, not decided yet
    lost: Money  # to the buyer's bank for good
    owed_by_seller: Money  # had reached the seller, went back to the buyer
    owed_to_buyer: Money  # refunds that their bank sent back


@dataclass(frozen=True, slots=True)
class OwedRefund:
    """Money that went back to a buyer's card, did not arrive, and waits here for them."""

    refund_id: uuid.UUID
    title: str
    url: str
    amount: Money
    asked_at: datetime
    iban: str = ""  # where the buyer wants it, its middle hidden; empty: not said yet


class PayoutGate(StrEnum):
    """Whether a seller can be paid."""

    NONE = "none"  # no connected account yet
    INCOMPLETE = "incomplete"  # the provider still asks for something
    OPEN = "open"
    CLOSED = "closed"  # the account is closed, or no longer the platform's: only a new one helps


class Schedule(StrEnum):
    """When a seller's money goes on from their account at the provider to their bank."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MANUAL = "manual"  # when they ask for it


# What nobody has sent to a bank is sent this long before it stops listening.
EVIDENCE_SENT_BEFORE = timedelta(hours=24)
# Orders to a seller who cannot be paid stop so long after the oldest payment that waits for them.
ORDERS_STOP_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PayoutStatus:
    gate: PayoutGate
    requirements: tuple[str, ...] = ()  # in words
    since: datetime | None = None
    deadline: datetime | None = None  # when the provider wants what it asks for
    blocked_since: datetime | None = None  # the oldest payment whose share waits because the gate is not open

    def stops_orders(self, at: datetime) -> bool:
        """Whether their money has waited so long that nothing more may be ordered from them."""
        return self.blocked_since is not None and self.blocked_since + ORDERS_STOP_AFTER <= at


@dataclass(frozen=True, slots=True)
class ReferenceCard:
    """How a money page names what an amount belongs to."""

    title: str
    url: str  # path on this site, or empty
    clears_at: datetime | None = None  # when the seller's share becomes theirs, where that is known
    code: str = ""  # as people write it


@dataclass(frozen=True, slots=True)
class Protected:
    """Money held for work that a seller has not been released yet: what they get if all is accepted."""

    reference: str
    amount: Money
    expected_at: datetime | None = None  # when the work was promised; None where nothing is to be delivered now
    theirs_at: datetime | None = None  # when the share clears, if it is delivered then, accepted, and nobody hurries


@dataclass(frozen=True, slots=True)
class Subject:
    """What an amount was earned with, so that a seller sees what each of their gigs brings."""

    key: str  # the same for all that was ordered of one thing: "gig:12"
    title: str
    url: str  # path on this site, or empty
    payee_id: int  # whose work it is
    group: str = ""  # name of a wider kind, such as a category; empty where there is none


@dataclass(frozen=True, slots=True)
class Received:
    """A seller's share of one payment, after fees, as it stands today; ``at``: when it became theirs."""

    reference: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """What happened, in the owner's words, for the buyer's bank."""

    description: str  # what was sold
    service_date: date | None  # when it was delivered
    log: tuple[str, ...]  # what happened when, one line each, oldest first
    communication: tuple[str, ...] = ()  # what both sides wrote to each other
    refund_policy: str = ""


class MoneyOwner(Protocol):
    """Whoever asks for charges, registered under the prefix of its references ("order" for "order:…")."""

    def lock(self, reference: str) -> None:
        """Locks the owner's row; called first in every transaction that records a fact, before any row here."""

    def describe(self, references: list[str]) -> dict[str, ReferenceCard]:
        """Cards for many references at once, in a fixed number of queries; unknown ones left out."""

    def seller_bears(self, reference: str, charge_id: uuid.UUID, reason: str) -> bool:
        """Whether the lost chargeback of a charge, with the bank's ``reason``, is the seller's to bear, or the
        platform's.
        """

    def evidence(self, reference: str) -> Evidence:
        """What the owner's log shows a bank that asks about a payment."""

    def protected_for(self, payee_id: int) -> list[Protected]:
        """What is held for a seller's running work: a hold knows no payee, its owner does."""

    def find(self, term: str) -> list[str]:
        """References that a person may mean by the code or the id that they typed; none where there is none."""

    # Optional: ``subjects(references) -> dict[str, Subject]`` in a fixed number of queries, unknown ones left out.


@dataclass(frozen=True, slots=True)
class BankClaim:
    """A buyer's bank that claims a payment back, and what can still be told to it."""

    id: uuid.UUID
    amount: Money
    reason: str  # the bank's word
    note: str  # what was written for it so far
    told_until: datetime | None  # when everything is sent; None: the bank named no day
    was_sent: bool


@dataclass(frozen=True, slots=True)
class MonthSpent:
    """What somebody paid in a month in one currency, and what of that came back or is on its way back."""

    month: date  # its first day
    paid: Money
    back: Money

    @property
    def spent(self) -> Money:
        return self.paid - self.back


@dataclass(frozen=True, slots=True)
class Paper:
    """A receipt, an invoice or a credit note: what a row of a list says, and where its file is."""

    title: str
    number: str
    total: Money
    issued_on: date
    url: str
