"""Why one gig stands before another: the whole formula. Pure; nothing else orders the results of "best match".

    score = match × (0.5 + standing) × price fit × availability

Each factor is what a reader may see at "Why here?". Nobody can pay for a place, and nothing about the reader is used.
Every tenth place belongs to new sellers, one after the other (``QUOTA``); those places do not go by the score.

``standing`` is kept with the gig (0 to 1,000), so that the best of a million can be picked without reading them all:

    standing = 0.40 × rating + 0.20 × on time + 0.15 × completed + 0.10 × buyers who came back + 0.15 × freshness

Rates with few cases are pulled towards ``PRIOR``, as if so many orders of an ordinary seller had come before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

# Of the standing; together one.
RATING, ON_TIME, COMPLETION, REPEAT, FRESHNESS = 0.40, 0.20, 0.15, 0.10, 0.15

# What an ordinary seller does, and how many orders that counts for.
PRIOR_RATING, PRIOR_REVIEWS = 4.3, 5
PRIOR_ON_TIME, PRIOR_COMPLETION, PRIOR_REPEAT, PRIOR_ORDERS = 0.90, 0.92, 0.15, 8
HALF_LIFE = timedelta(days=120)  # after so long without an order, a gig is half as fresh

# Of PostgreSQL's rank: words in the description, category and attributes, tags, title.
WEIGHTS = (0.05, 0.2, 0.4, 1.0)
MATCH_HALF = 0.25  # the rank that counts for half of a perfect match

PRICE_LEAST = 0.85  # of a price far outside of what is usual
OPEN, FULL = 1.0, 0.5  # orders are taken now; the queue is full, or the seller away

QUOTA = 10  # every so manieth place is a new seller's
CANDIDATES = 400  # of the best standing that match: they are put in order by the score; what follows, by standing


@dataclass(frozen=True, slots=True)
class Record:
    """What is counted of a gig and its seller. Stars of the gig; the rest of the seller's last finished orders."""

    stars_total: int = 0
    review_count: int = 0
    orders: int = 0
    completed: int = 0
    promised: int = 0
    on_time: int = 0
    buyers: int = 0
    repeat_buyers: int = 0
    last_at: datetime | None = None  # of its last order, or when it was published


@dataclass(frozen=True, slots=True)
class Standing:
    """The parts of a standing, each from 0 to 1."""

    rating: float
    on_time: float
    completion: float
    repeat: float
    freshness: float

    @property
    def thousandths(self) -> int:
        whole = (
            RATING * self.rating
            + ON_TIME * self.on_time
            + COMPLETION * self.completion
            + REPEAT * self.repeat
            + FRESHNESS * self.freshness
        )
        return round(1000 * whole)


@dataclass(frozen=True, slots=True)
class Factors:
    """What a score is made of, for one gig and one question."""

    match: float = 1.0
    standing: float = 0.5
    price_fit: float = 1.0
    availability: float = 1.0

    @property
    def score(self) -> int:
        """In millionths: a whole number, so that a page's end can be written down exactly."""
        return round(1_000_000 * self.match * (0.5 + self.standing) * self.price_fit * self.availability)

    def without(self, name: str) -> Factors:
        """As if a factor did not count: for measuring what it does."""
        return replace(self, **{name: getattr(Factors(), name)})


def rating_of(stars_total: int, review_count: int) -> float:
    """The mean of the stars, pulled towards an ordinary seller's."""
    return (stars_total + PRIOR_RATING * PRIOR_REVIEWS) / (review_count + PRIOR_REVIEWS)


def standing_of(record: Record, at: datetime) -> Standing:
    stars = rating_of(record.stars_total, record.review_count)
    age = max(at - record.last_at, timedelta(0)) if record.last_at else 10 * HALF_LIFE
    return Standing(
        rating=max(0.0, (stars - 3) / 2),  # three stars and less are none
        on_time=_rate(record.on_time, record.promised, PRIOR_ON_TIME),
        completion=_rate(record.completed, record.orders, PRIOR_COMPLETION),
        repeat=_rate(record.repeat_buyers, record.buyers, PRIOR_REPEAT),
        freshness=0.5 ** (age / HALF_LIFE),
    )


def match_of(rank: float) -> float:
    """From 0 to 1, of PostgreSQL's rank with ``WEIGHTS``."""
    return rank / (rank + MATCH_HALF)


def price_fit_of(price_minor: int, low_minor: int, high_minor: int) -> float:
    """One within what is usual; less outside of it, by how many times as much or as little. One where nobody knows."""
    if not low_minor or not high_minor or low_minor <= price_minor <= high_minor:
        return 1.0
    times = low_minor / price_minor if price_minor < low_minor else price_minor / high_minor
    return max(PRICE_LEAST, 1 - 0.1 * math.log2(times))


def is_slot_of_new(place: int) -> bool:
    """Whether a place of the results (from 1) belongs to new sellers."""
    return place % QUOTA == 0


def _rate(cases: int, of: int, prior: float) -> float:
    return (cases + prior * PRIOR_ORDERS) / (of + PRIOR_ORDERS)
