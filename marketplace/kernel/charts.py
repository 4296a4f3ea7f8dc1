"""What a chart shows: a table whose columns are drawn (``components/chart.html``, ``static/js/charts.js``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from marketplace.kernel import words
from marketplace.kernel.money import Money


class Drawn(StrEnum):
    """How a column is drawn; a column of the table that is not drawn has none."""

    BAR = "bar"
    EXPECTED = "expected"  # a bar that is not there yet: paler
    LINE = "line"
    LOW = "low"  # the lower edge of a band; the column after it is HIGH
    HIGH = "high"
    NOT = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One series. ``tone``: primary, spark, sun, info or quiet."""

    label: str
    drawn: Drawn = Drawn.BAR
    tone: str = "primary"


@dataclass(frozen=True, slots=True)
class Cell:
    """``text`` is read; ``value`` is drawn: minor units where the chart has a currency, None: a gap."""

    text: str
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """``label`` stands in the table; ``short``, where given, below the bars."""

    label: str
    cells: list[Cell]
    short: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and its table. One currency, or none where things are counted; ``csv_url`` offers the same as a file."""

    label: str
    row_heading: str
    columns: list[Column]
    rows: list[Row] = field(default_factory=list)
    currency: str = ""
    csv_url: str = ""
    is_stacked: bool = False


def amount_cell(amount: Money | None) -> Cell:
    """An amount as it is read, and drawn in its minor units; None leaves a gap."""
    return Cell("–") if amount is None else Cell(words.amount(amount), amount.amount_minor)
