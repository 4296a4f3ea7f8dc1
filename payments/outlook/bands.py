"""The forecast's formula. Pure; the page says the same in words.

A week's low is what clears in it for certain, or a weak week of the past where that is more; its high is what clears
and what is held for it, or a strong week where that is more. Weak and strong are the quartiles of the last weeks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PAST_WEEKS = 12  # looked at, at most
LEAST_WEEKS, LEAST_WITH_INCOME = 6, 4  # less history makes no forecast


@dataclass(frozen=True, slots=True)
class Habit:
    """What weeks of the past say, in minor units: a quarter were below ``weak``, a quarter above ``strong``."""

    weak_minor: int
    strong_minor: int


@dataclass(frozen=True, slots=True)
class Band:
    low_minor: int
    high_minor: int


def habit_of(weeks: Sequence[int]) -> Habit | None:
    """Of whole weeks, in any order; None where they are too few to say anything."""
    seen = weeks[-PAST_WEEKS:]
    if len(seen) < LEAST_WEEKS or sum(amount > 0 for amount in seen) < LEAST_WITH_INCOME:
        return None
    return Habit(max(quartile(seen, 1), 0), max(quartile(seen, 3), 0))


def quartile(values: Sequence[int], number: int) -> int:
    """Linear between the two nearest, as PostgreSQL's ``percentile_cont``; rounded down to a whole minor unit."""
    ordered = sorted(values)
    place, rest = divmod((len(ordered) - 1) * number, 4)
    above = ordered[min(place + 1, len(ordered) - 1)]
    return ordered[place] + (above - ordered[place]) * rest // 4


def band(habit: Habit, *, clearing_minor: int, held_minor: int, days: int = 7) -> Band:
    """Of so many days, seven or fewer or more: the habit of a week counts for its part of them."""
    low = max(clearing_minor, habit.weak_minor * days // 7)
    return Band(low, max(clearing_minor + held_minor, habit.strong_minor * days // 7, low))
