"""Insights as charts with their tables: one for each scale, so that three orders are seen beside a thousand looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gigs.insights.figures import Insight, Insights, sum_of
from marketplace.kernel.charts import Cell, Chart, Column, Drawn, Row, amount_cell
from marketplace.kernel.money import Money
from marketplace.kernel.words import short_day, written

_MOST_ROWS = 31  # with more days, a row is a week
_WEEK = 7

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Span:
    first: date
    insight: Insight


def charts_of(insights: Insights, csv_url: str) -> list[Chart]:
    """Looks and orders; cards; and what was received, each currency by itself."""
    spans, heading = _spans(insights)
    return [
        _looks(spans, heading, csv_url),
        _cards(spans, heading),
        *(_received(spans, heading, code) for code in sorted(insights.total.received)),
    ]


def _spans(insights: Insights) -> tuple[list[_Span], str]:
    """Days, or weeks of which the last ends today, and what a row of them is called."""
    days = insights.days
    if len(days) <= _MOST_ROWS:
        return [_Span(one.day, one.insight) for one in days], _("Day")
    parts = list(_from_the_end(days, _WEEK))
    return [_Span(part[0].day, sum_of(one.insight for one in part)) for part in parts], _("Week from")


def _from_the_end(items: Sequence[T], size: int) -> Iterable[Sequence[T]]:
    """Pieces of this size; the first may be shorter."""
    start = len(items) % size
    if start:
        yield items[:start]
    for place in range(start, len(items), size):
        yield items[place : place + size]


def _looks(spans: Sequence[_Span], heading: str, csv_url: str) -> Chart:
    columns = [
        Column(_("Opened")),
        Column(_("Ordered"), tone="spark"),
        Column(_("Orders per 100 opened"), Drawn.NOT),
    ]

    def cells(span: _Span) -> list[Cell]:
        figures = span.insight.figures
        return [_count(figures.views), _count(figures.orders), Cell(figures.order_rate or "–")]

    label = _("Opened and ordered")
    return Chart(label, heading, columns, _rows(spans, cells), csv_url=csv_url)


def _cards(spans: Sequence[_Span], heading: str) -> Chart:
    columns = [Column(_("Shown in lists"), tone="info"), Column(_("Opened per 100 shown"), Drawn.NOT)]

    def cells(span: _Span) -> list[Cell]:
        figures = span.insight.figures
        return [_count(figures.impressions), Cell(figures.view_rate or "–")]

    return Chart(_("Shown in lists"), heading, columns, _rows(spans, cells))


def _received(spans: Sequence[_Span], heading: str, code: str) -> Chart:
    def cells(span: _Span) -> list[Cell]:
        return [amount_cell(Money(span.insight.received.get(code, 0), code))]

    label = _("Received after fees, in %(currency)s") % {"currency": code}
    return Chart(label, heading, [Column(_("Received"))], _rows(spans, cells), currency=code)


def _rows(spans: Sequence[_Span], cells: Callable[[_Span], list[Cell]]) -> list[Row]:
    return [Row(_name(span.first), cells(span), short=short_day(span.first)) for span in spans]


def _name(day: date) -> str:
    return written(day, pgettext("date format", "D j M"))


def _count(number: int) -> Cell:
    return Cell(str(number), number)
