"""A row of bars as numbers for an SVG: ``gigs/_bars.html`` draws them with attributes alone, as the CSP asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 600, 92
_BASE = 90  # the line on which the bars stand
_GAP = 4


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    width: int
    height: int
    day: date
    value: int


@dataclass(frozen=True, slots=True)
class Bars:
    """Each chart has a scale of its own: impressions are hundreds where orders are three."""

    bars: list[Bar]
    most: int

    width, height, base = WIDTH, HEIGHT, _BASE


def bars_of(values: Sequence[tuple[date, int]]) -> Bars:
    """A bar for each value, the highest as high as the chart; what is more than nothing is seen."""
    most = max((value for _day, value in values), default=0)
    step = WIDTH // max(len(values), 1)
    return Bars([_bar(place * step, step - _GAP, day, value, most) for place, (day, value) in enumerate(values)], most)


def _bar(x: int, width: int, day: date, value: int, most: int) -> Bar:
    height = max(_BASE * value // most, 2) if value else 0
    return Bar(x, _BASE - height, width, height, day, value)
