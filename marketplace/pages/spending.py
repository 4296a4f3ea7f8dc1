"""What a buyer spent in the last twelve months: a chart for one currency, and all of them as CSV."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

import payments.api
from marketplace.kernel import words
from marketplace.kernel.charts import Cell, Chart, Column, Drawn, Row, amount_cell
from marketplace.kernel.money import Money
from payments.contracts import MonthSpent

MONTHS = 12


class Spending:
    """Of one person, in months of the reader's zone that end with this one. Currencies stand apart."""

    def __init__(self, user_id: int, at: datetime, asked: str = "") -> None:
        """``asked``: the currency to show; the one that was paid in last, where nothing was paid in it. One query."""
        self.months = _months(at)
        first = datetime(self.months[0].year, self.months[0].month, 1, tzinfo=timezone.get_current_timezone())
        self.rows = payments.api.spending(user_id, first, timezone.get_current_timezone())
        self.codes = list(dict.fromkeys(row.paid.currency for row in reversed(self.rows)))
        self.code = asked if asked in self.codes else next(iter(self.codes), "")

    @property
    def total(self) -> Money:
        """All twelve months."""
        return Money(sum(row.spent.amount_minor for row in self._shown), self.code)

    @property
    def this_month(self) -> Money:
        found = next((row for row in self._shown if row.month == self.months[-1]), None)
        return found.spent if found else Money(0, self.code)

    def chart(self, csv_url: str) -> Chart:
        by_month = {row.month: row for row in self._shown}
        return Chart(
            label=_("What you spent, by month"),
            row_heading=_("Month"),
            columns=[
                Column(_("Spent")),
                Column(_("Paid"), Drawn.NOT),
                Column(_("Came back"), Drawn.NOT),
            ],
            rows=[
                Row(words.month(month), self._cells(by_month.get(month)), words.written(month, "M"))
                for month in self.months
            ],
            currency=self.code,
            csv_url=csv_url,
        )

    def table(self) -> list[list[str]]:
        """Headings, and a row for each month and currency in which something was paid."""
        head = [_("Month"), _("Currency"), _("Paid"), _("Came back"), _("Spent")]
        return [head, *map(_line, self.rows)]

    @property
    def _shown(self) -> list[MonthSpent]:
        return [row for row in self.rows if row.paid.currency == self.code]

    def _cells(self, row: MonthSpent | None) -> list[Cell]:
        nothing = Money(0, self.code)
        return [amount_cell(one) for one in ((row.spent, row.paid, row.back) if row else (nothing, nothing, nothing))]


def _line(row: MonthSpent) -> list[str]:
    return [f"{row.month:%Y-%m}", row.paid.currency, row.paid.plain, row.back.plain, row.spent.plain]


def _months(at: datetime) -> list[date]:
    today = timezone.localtime(at)
    last = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - MONTHS + 1, last + 1)]
