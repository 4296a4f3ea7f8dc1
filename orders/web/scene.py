"""What the presenter looks at: one order, one reader, one moment. Plain values, no queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from marketplace.kernel import words
from marketplace.kernel.money import Money
from orders.contracts import Terms
from orders.guards import Situation
from orders.states import Actor

# How a button works: it posts at once, asks first, or leads to a page with a form.
POST, CONFIRM, PAGE = "post", "confirm", "page"


@dataclass(frozen=True, slots=True)
class Ruling:
    """An open or ended dispute in amounts."""

    phase: str
    ground: str
    filer_role: str
    respondent_role: str
    asked: Money
    offered: Money | None = None
    my_offer: Money | None = None  # sealed; the reader's own and nobody else's
    question: str = ""  # of a moderator, to the reader
    question_until: datetime | None = None
    to_seller: Money | None = None  # after their fee, once decided
    to_buyer: Money | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """Of an order in steps: the one that can be paid for next."""

    number: int
    title: str
    all_in: Money
    receives: Money


@dataclass(frozen=True, slots=True)
class Offer:
    """An open proposal in amounts and moments, as its reader sees it."""

    id: int
    kind: str
    is_mine: bool
    title: str  # of an extra
    text: str
    answer_by: datetime
    minutes: int = 0
    due: datetime | None = None  # the deadline that more time makes
    pays: Money | None = None  # an extra: what the buyer pays on top
    fee: Money | None = None  # of that, the service fee
    back: Money | None = None  # an end: what comes back to the buyer
    receives: Money | None = None  # an extra: what the seller gets on top; an end: what they get in all
    was_agreed: bool = False  # the buyer asked for this extra, the seller said yes
    silence_cancels: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    situation: Situation
    terms: Terms
    all_in: Money  # what is at stake: of the step that runs, with its extras
    receives: Money  # what the seller gets of it
    other: str  # the name of the person on the other side
    timers: dict[str, datetime] = field(default_factory=dict)
    due_at: datetime | None = None
    very_late_at: datetime | None = None
    hard_stop_at: datetime | None = None
    clears_at: datetime | None = None
    ended_by: str = ""  # the action that ended it
    is_closing: bool = False  # the payment window is over, the provider is being asked to close its page
    is_sent: bool = False  # the transfer has reached the seller's account
    is_refunded: bool = False
    came_back: Money | None = None  # of the payments, to the buyer, or on its way there
    taken_back: Money | None = None  # by the buyer's bank, for good
    site_bears_it: bool = False  # the seller keeps what they were given of it
    owed: Money | None = None  # by the seller, of what had reached them
    my_review_is_in: bool = False
    other_review_is_in: bool = False
    ruling: Ruling | None = None
    offers: tuple[Offer, ...] = ()
    question: str = ""  # what the seller stopped the clock for
    left_when_paused: timedelta | None = None
    extra_pays: Money | None = None  # an accepted extra that waits for its payment
    extra_closes_at: datetime | None = None
    again_url: str = ""
    asked: Money | None = None  # what the buyer can pay now, on top of the order
    next_step: NextStep | None = None
    is_doubted: bool = False  # a payment is being checked: what is accepted is released afterwards
    tells_bank: bool = False  # the seller can still say what the bank will read
    bank_until: datetime | None = None
    bank_was_told: bool = False

    @property
    def role(self) -> str:
        return self.situation.actor

    @property
    def is_buyer(self) -> bool:
        return self.situation.actor == Actor.BUYER

    @property
    def decided(self) -> dict[str, str]:
        """How it was decided, in amounts: the reader's own as ``mine``. Empty before."""
        if self.ruling is None or self.ruling.to_seller is None or self.ruling.to_buyer is None:
            return {}
        seller, buyer = words.amount(self.ruling.to_seller), words.amount(self.ruling.to_buyer)
        return {"mine": buyer, "theirs": seller} if self.is_buyer else {"mine": seller, "theirs": buyer}

    def offer(self, kind: str) -> Offer | None:
        return next((offer for offer in self.offers if offer.kind == kind), None)

    @property
    def now(self) -> datetime:
        return self.situation.at
