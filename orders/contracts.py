"""What can be ordered, as the order core sees it: frozen terms, and a source that knows the rest.

No Django in here: the state table, the deadlines and the tests use it bare.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from accounts.contracts import WeeklyHours
from marketplace.kernel.money import Money
from orders.rules import Rules


@dataclass(frozen=True, slots=True)
class PriceLine:
    title: str
    quantity: int
    unit_minor: int


@dataclass(frozen=True, slots=True)
class Question:
    """Something the seller needs to know before the clock starts."""

    key: str
    label: str
    kind: str  # text | long_text | choice | file | number | link
    required: bool = True
    choices: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """Frozen when the order is placed; editing a gig or a setting never changes a running order."""

    version: int
    title: str
    scope: str
    currency: str
    lines: tuple[PriceLine, ...]
    promised_minutes: int
    revisions: int
    questions: tuple[Question, ...]
    checklist: tuple[str, ...]
    hours: WeeklyHours | None
    rules: Rules

    @property
    def price(self) -> Money:
        """P: what the seller earns before their fee."""
        return Money(sum(line.quantity * line.unit_minor for line in self.lines), self.currency)

    @property
    def buyer_fee(self) -> Money:
        """b: the service fee on top."""
        return self.rules.buyer_fee(self.price)

    @property
    def all_in(self) -> Money:
        return self.price + self.buyer_fee

    @property
    def seller_fee(self) -> Money:
        """s, where the seller keeps the whole price."""
        return self.rules.seller_fee(self.price)

    @property
    def seller_receives(self) -> Money:
        return self.price - self.seller_fee


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """Everything ``place_order`` needs. The source has checked that it may be ordered."""

    form_key: str  # the same key again returns the same order
    source_kind: str
    source_ref: str
    buyer_id: int
    seller_id: int
    terms: Terms
    address: str = ""  # where the request came from, for limits against stolen cards
    answers: dict[str, str] = field(default_factory=dict)  # by question key; files come as stored-file ids


@dataclass(frozen=True, slots=True)
class OrderFact:
    """Published after every change of state, in its transaction."""

    order_id: uuid.UUID
    source_kind: str
    source_ref: str
    action: str
    state_before: str
    state: str
    buyer_id: int
    seller_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewPublished:
    """A buyer's review became visible."""

    order_id: uuid.UUID
    source_kind: str
    source_ref: str
    seller_id: int
    author_id: int
    stars: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SourceCard:
    """How a page shows what was ordered."""

    title: str
    url: str
    image_url: str


class OrderSource(Protocol):
    """A kind of thing that can be ordered. Registered under ``source_kind`` when the app starts."""

    def describe(self, source_refs: list[str]) -> dict[str, SourceCard]:
        """Cards for many references at once, in one query."""

    def on_state_changed(self, fact: OrderFact) -> None:
        """Called in the transaction of the change; writes rows only."""


@dataclass(frozen=True, slots=True)
class Reputation:
    """A seller's record, from finished orders and revealed reviews only."""

    seller_id: int
    completed: int = 0
    promised: int = 0  # orders with a first delivery, or cancelled for lateness
    on_time: int = 0
    review_count: int = 0
    stars_total: int = 0

    @property
    def rating(self) -> str:
        """Mean of the stars with one decimal, or empty without reviews."""
        if not self.review_count:
            return ""
        tenths = (self.stars_total * 20 + self.review_count) // (2 * self.review_count)
        return f"{tenths // 10}.{tenths % 10}"

    @property
    def on_time_percent(self) -> int | None:
        return (self.on_time * 200 + self.promised) // (2 * self.promised) if self.promised else None


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A revealed review as a page shows it."""

    order_id: uuid.UUID
    author_id: int
    subject_id: int
    stars: int
    quality: int
    communication: int
    as_described: int
    text: str
    at: datetime
    title: str


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """One row of a list: the state in a person's words, the money, who is on the other side."""

    id: uuid.UUID
    code: str
    title: str
    state: str
    source_kind: str
    source_ref: str
    buyer_id: int
    seller_id: int
    all_in: Money
    seller_receives: Money
    placed_at: datetime
    due_at: datetime | None  # what the next person's clock says, where one runs
    is_late: bool
