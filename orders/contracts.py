"""What can be ordered, as the order core sees it: frozen terms, and a source that knows the rest.

No Django in here: the state table, the deadlines and the tests use it bare.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from accounts.contracts import WeeklyHours
from marketplace.kernel.money import Money
from orders.rules import Rules as Rules


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
    kind: str  # one of orders.questions.KINDS
    required: bool = True
    choices: tuple[str, ...] = ()
    help: str = ""
    minimum: str = ""  # of a number, in plain digits; empty: any
    maximum: str = ""
    unit: str = ""  # of a number, in the seller's word: "pages"


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the work with a price and a promise of its own, paid for when the one before it is accepted."""

    title: str
    price_minor: int
    promised_minutes: int


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
    steps: tuple[Step, ...] = ()  # none: all of it is one step; else one line for each
    asks_first: bool = False  # the seller has to agree before anybody pays
    preview: str = "open"  # or "watermarked": what can be shown whole waits for the acceptance (orders/locks.py)
    licence: str = ""  # the words that say what the buyer may do with the work; none where the offer gave none
    licence_kind: str = ""  # of orders/licences.py
    ai_use: str = ""  # of orders/declarations.py; empty: the seller has not said
    ai_note: str = ""

    @property
    def price(self) -> Money:
        """P: what the seller earns before their fee, for all of it."""
        return Money(sum(line.quantity * line.unit_minor for line in self.lines), self.currency)

    @property
    def first_price(self) -> Money:
        """What is paid when the order is placed: the first step, or all of it."""
        return Money(self.steps[0].price_minor, self.currency) if self.steps else self.price

    def minutes_of(self, step: int) -> int:
        """What is promised for one step."""
        return self.steps[step].promised_minutes if self.steps else self.promised_minutes

    def of_step(self, step: int) -> Terms:
        """The same terms with the promise of one step: what its clocks are set by."""
        return replace(self, promised_minutes=self.minutes_of(step)) if self.steps else self

    def step_all_in(self, step: int) -> Money:
        """What the buyer pays for one step. The fee grows with the sum: all steps together cost what one order does."""
        before = Money(sum(one.price_minor for one in self.steps[:step]), self.currency)
        price = Money(self.steps[step].price_minor, self.currency)
        return self.rules.all_in(before + price) - (self.rules.all_in(before) if before else before)

    @property
    def payment_window(self) -> timedelta:
        """How long the first payment is waited for: longer where the buyer had to wait for the seller before."""
        return self.rules.request_payment if self.asks_first else self.rules.payment_window

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
class Use:
    """What a buyer may do with the work, how it is made, and when they get the files; in words for people."""

    licence: str  # empty where the offer gave none
    licence_text: str
    ai: str  # empty where the seller has not said
    ai_note: str
    waits_for_acceptance: bool


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
    buyer_email: str = ""  # where the caller knows it; else it is read
    answers: dict[str, str] = field(
        default_factory=dict
    )  # by question key; files as stored-file ids, with blanks between
    is_agreed: bool = False  # where the terms ask first: the seller has said yes already


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
class ReviewRemoved:
    """Staff took a buyer's public review away; its stars count no more."""

    order_id: uuid.UUID
    source_kind: str
    source_ref: str
    seller_id: int
    stars: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RulesChanged:
    """An operator changed what new orders freeze."""

    names: frozenset[str]
    at: datetime


@dataclass(frozen=True, slots=True)
class SourceCard:
    """How a page shows what was ordered."""

    title: str
    url: str
    image_url: str
    again_url: str = ""  # the summary of another order of it; empty where it cannot be ordered now


class OrderSource(Protocol):
    """A kind of thing that can be ordered. Registered under ``source_kind`` when the app starts."""

    def describe(self, source_refs: list[str]) -> dict[str, SourceCard]:
        """Cards for many references at once, in one query."""

    def on_state_changed(self, fact: OrderFact) -> None:
        """Called in the transaction of the change; writes rows only."""

    # Optional: ``category_of(source_ref) -> tuple[str, str]``, key and name of what it is, for records per category.


@dataclass(frozen=True, slots=True)
class SideLink:
    """Something that an app above offers on an order's page."""

    title: str
    text: str
    label: str
    url: str


# A new seller's rating begins as if so many reviews of so many stars had been given before the first.
PRIOR_REVIEWS, PRIOR_STARS = 5, 4


def percent(part: int, whole: int) -> int | None:
    """Rounded half up; None of nothing."""
    return (part * 200 + whole) // (2 * whole) if whole else None


@dataclass(frozen=True, slots=True)
class Recent:
    """A seller's last finished orders (``orders.levels.WINDOW``), as they were last counted."""

    orders: int = 0
    completed: int = 0
    promised: int = 0
    on_time: int = 0
    disputed: int = 0
    buyers: int = 0
    repeat_buyers: int = 0
    questions: int = 0  # talks that a buyer began
    answer_minutes: int | None = None  # to the first answer, median

    @property
    def on_time_percent(self) -> int | None:
        return percent(self.on_time, self.promised)

    @property
    def completion_percent(self) -> int | None:
        return percent(self.completed, self.orders)

    @property
    def dispute_percent(self) -> int | None:
        return percent(self.disputed, self.orders)

    @property
    def repeat_percent(self) -> int | None:
        return percent(self.repeat_buyers, self.buyers)


@dataclass(frozen=True, slots=True)
class Reputation:
    """A seller's record, from finished orders and revealed reviews only. The formulas are on ``/reputation/``."""

    seller_id: int
    completed: int = 0
    promised: int = 0  # orders with a first delivery, or cancelled for lateness
    on_time: int = 0
    review_count: int = 0
    stars_total: int = 0
    recent: Recent = Recent()

    @property
    def rating_tenths(self) -> int | None:
        """The Bayesian mean of the stars: a few reviews move it little, many leave nothing of the prior."""
        if not self.review_count:
            return None
        stars = PRIOR_REVIEWS * PRIOR_STARS + self.stars_total
        count = PRIOR_REVIEWS + self.review_count
        return (stars * 20 + count) // (2 * count)

    @property
    def rating(self) -> str:
        """With one decimal, or empty without reviews."""
        tenths = self.rating_tenths
        return "" if tenths is None else f"{tenths // 10}.{tenths % 10}"

    @property
    def on_time_percent(self) -> int | None:
        return self.recent.on_time_percent


@dataclass(frozen=True, slots=True)
class PriceQuartiles:
    """Of what sellers asked for one piece in completed orders of one size, in minor units of one currency."""

    currency: str
    size: int  # how many of the given bounds the promise for one piece is longer than
    orders: int
    sellers: int
    p25_minor: int
    p50_minor: int
    p75_minor: int


@dataclass(frozen=True, slots=True)
class SourceReceipt:
    """What a seller received for one payment of a thing, after fees; ``at``: when it became theirs."""

    source_ref: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class EarnedQuartiles:
    """Of completed orders in one currency: lower quartile, middle and upper quartile of the price before fees, in
    minor units, and of how many orders a seller had, in hundredths.
    """

    currency: str
    orders: int
    sellers: int
    prices_minor: tuple[int, int, int]
    orders_hundredths: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Streak:
    """The latest completed and reviewed orders of a thing at one price."""

    orders: int
    stars_total: int
    all_on_time: bool  # and none was disputed


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
    id: int = 0
    answers: str = ""  # the three numbers in words
    reply: str = ""
    replied_at: datetime | None = None


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
    is_paused: bool = False  # the clock stands still until the buyer has answered
    is_charged_back: bool = False  # every clock stands still until the buyer's bank has decided
    is_on_hold: bool = False  # the same until nobody of the two is suspended any more

    @property
    def rests(self) -> bool:
        return self.is_charged_back or self.is_on_hold


@dataclass(frozen=True, slots=True)
class Activity:
    """Orders that ended lately in a part of the site. Prices are all-in, in minor units by currency."""

    finished: int
    median_minutes: int | None  # from the start of the clock to the delivery, by the calendar
    median_price: Mapping[str, int]
    promised: int
    on_time: int  # of these
