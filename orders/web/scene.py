"""What the presenter looks at: one order, one reader, one moment. Plain values, no queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from marketplace.kernel.money import Money
from orders.contracts import Terms
from orders.guards import Situation
from orders.states import Actor


@dataclass(frozen=True, slots=True)
class Ruling:
    """An open or ended dispute in amounts."""

    phase: str
    ground: str
    filer_role: str
    respondent_role: str
    asked: Money
    offered: Money | None = None
    to_seller: Money | None = None  # after their fee, once decided
    to_buyer: Money | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    situation: Situation
    terms: Terms
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
    my_review_is_in: bool = False
    other_review_is_in: bool = False
    ruling: Ruling | None = None
    again_url: str = ""

    @property
    def role(self) -> str:
        return self.situation.actor

    @property
    def is_buyer(self) -> bool:
        return self.situation.actor == Actor.BUYER

    @property
    def now(self) -> datetime:
        return self.situation.at

    @property
    def all_in(self) -> Money:
        return self.terms.all_in

    @property
    def receives(self) -> Money:
        return self.terms.seller_receives
