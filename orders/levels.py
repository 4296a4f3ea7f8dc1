"""How sellers are graded, all of it: the window, the levels and what each asks. Pure; ``/reputation/`` shows it.

A measure is what the pages show, rounded as they show it: what somebody reads is what decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from orders.contracts import Reputation

WINDOW = 60  # the last finished orders, and the last talks that a buyer began
UNANSWERED = timedelta(hours=48)  # a talk without an answer counts as this long, once it is this old


class Level(StrEnum):
    NEW = "new"
    RISING = "rising"
    PROVEN = "proven"
    TOP = "top"


class Measure(StrEnum):
    COMPLETED = "completed"  # orders, of all time
    RATING = "rating"  # tenths of a star
    ON_TIME = "on_time"  # percent
    COMPLETION = "completion"  # percent
    DISPUTES = "disputes"  # percent
    ANSWER = "answer"  # minutes


VALUES: dict[Measure, Callable[[Reputation], int | None]] = {
    Measure.COMPLETED: lambda one: one.completed,
    Measure.RATING: lambda one: one.rating_tenths,
    Measure.ON_TIME: lambda one: one.recent.on_time_percent,
    Measure.COMPLETION: lambda one: one.recent.completion_percent,
    Measure.DISPUTES: lambda one: one.recent.dispute_percent,
    Measure.ANSWER: lambda one: one.recent.answer_minutes,
}
_AT_MOST = frozenset({Measure.DISPUTES, Measure.ANSWER})


@dataclass(frozen=True, slots=True)
class Criterion:
    """At least so much of a measure; at most, of disputes and answer times."""

    measure: Measure
    wanted: int

    @property
    def is_at_most(self) -> bool:
        return self.measure in _AT_MOST

    def is_met(self, reputation: Reputation) -> bool:
        """Nothing measured meets what is at most: nobody has asked, nobody has disputed."""
        value = VALUES[self.measure](reputation)
        if value is None:
            return self.is_at_most
        return value <= self.wanted if self.is_at_most else value >= self.wanted


def _asks(**wanted: int) -> tuple[Criterion, ...]:
    return tuple(Criterion(Measure(name), value) for name, value in wanted.items())


# From the lowest up; a level also asks all that the ones below it do.
CRITERIA: dict[Level, tuple[Criterion, ...]] = {
    Level.NEW: (),
    Level.RISING: _asks(completed=3, rating=40, on_time=80),
    Level.PROVEN: _asks(completed=20, rating=43, on_time=90, completion=90, disputes=10, answer=24 * 60),
    Level.TOP: _asks(completed=60, rating=46, on_time=95, completion=95, disputes=5, answer=12 * 60),
}


def level_of(reputation: Reputation) -> Level:
    reached = Level.NEW
    for level, criteria in CRITERIA.items():
        if not all(criterion.is_met(reputation) for criterion in criteria):
            break
        reached = level
    return reached


def next_level(level: Level) -> Level | None:
    levels = list(CRITERIA)
    following = levels.index(level) + 1
    return levels[following] if following < len(levels) else None
