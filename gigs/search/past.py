"""What a gig's place was made of when a week began: kept with its entry, so that its seller sees what changed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from gigs import ranking
from gigs.models import SearchEntry


class Parts(NamedTuple):
    """Of a standing, and what else a score without words is made of; thousandths each."""

    rating: int
    on_time: int
    completion: int
    repeat: int
    freshness: int
    price_fit: int
    availability: int

    @property
    def rates(self) -> tuple[float, ...]:
        """The parts of the standing, each from 0 to 1."""
        return tuple(part / 1000 for part in self[:5])

    @property
    def factors(self) -> tuple[float, float, float]:
        """The standing's factor, and the two others, in the order of "Why here?"."""
        standing = ranking.Standing(*self.rates).thousandths / 1000
        return 0.5 + standing, self.price_fit / 1000, self.availability / 1000

    @property
    def score(self) -> int:
        """Of a hundred, as "Why here?" says it."""
        return round(100 * math.prod(self.factors) / 1.5)


@dataclass(frozen=True, slots=True)
class Then:
    day: date
    parts: Parts


def parts_of(standing: ranking.Standing, price_fit: float, *, is_open: bool) -> Parts:
    rates = (standing.rating, standing.on_time, standing.completion, standing.repeat, standing.freshness)
    factors = (price_fit, ranking.OPEN if is_open else ranking.FULL)
    return Parts(*(round(1000 * part) for part in (*rates, *factors)))


def columns(parts: Parts, at: datetime) -> dict[str, Any]:
    """What an entry keeps of today; ``KEPT`` decides what of it is new."""
    return {"week_day": at.astimezone(UTC).date(), "week_parts": "{" + ",".join(map(str, parts)) + "}"}


# The first writing of a week stays, and the one of the week before. A week begins on Monday in UTC.
_IS_NEW = "gigs_searchentry.week_day IS NULL OR gigs_searchentry.week_day < date_trunc('week', excluded.week_day)::date"
KEPT = {
    "before_day": f"CASE WHEN {_IS_NEW} THEN gigs_searchentry.week_day ELSE gigs_searchentry.before_day END",
    "before_parts": f"CASE WHEN {_IS_NEW} THEN gigs_searchentry.week_parts ELSE gigs_searchentry.before_parts END",
    "week_day": f"CASE WHEN {_IS_NEW} THEN excluded.week_day ELSE gigs_searchentry.week_day END",
    "week_parts": f"CASE WHEN {_IS_NEW} THEN excluded.week_parts ELSE gigs_searchentry.week_parts END",
}


def then_of(entry: SearchEntry, at: datetime) -> Then | None:
    """The beginning of last week, or the earliest day that is known; None where that is today."""
    for day, parts in ((entry.before_day, entry.before_parts), (entry.week_day, entry.week_parts)):
        if day and parts and day < at.astimezone(UTC).date():
            return Then(day, Parts(*parts))
    return None
