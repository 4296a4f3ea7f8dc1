"""What the pages of lists show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.contracts import Person
from marketplace.kernel.money import Money


@dataclass(frozen=True, slots=True)
class ListRow:
    """One of somebody's lists, with how much is in it."""

    id: int
    label: str
    is_shared: bool
    is_first: bool
    gigs: int
    sellers: int

    @property
    def count(self) -> int:
        return self.gigs + self.sellers


@dataclass(frozen=True, slots=True)
class KeptGig:
    """A gig in a list. ``price``: what it costs now; ``before``: what it cost when it was saved, if more."""

    id: int
    title: str
    url: str  # empty: it is not offered any more
    cover_url: str
    cover_srcset: str
    seller: Person
    rating: Decimal | None
    review_count: int
    price: Money | None
    before: Money | None
    why_not: str  # gigs.favourites.availability; empty: it can be ordered
    away_until: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class KeptSeller:
    """A seller in a list."""

    id: int
    person: Person
    rating: str
    review_count: int
    completed: int
    is_here: bool  # they can be visited
    note: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of a list."""

    gigs: Sequence[KeptGig]
    sellers: Sequence[KeptSeller]
    sort: str
    next_cursor: str
