"""When a pocket is remembered next. Pure."""

from __future__ import annotations

import calendar
from datetime import date

from payments.documents.months import Month
from payments.models import Rhythm

_MONTHS = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3, Rhythm.YEARLY: 12}


def next_day(rhythm: Rhythm, day_of_month: int, before: date) -> date:
    """The day after ``before`` in its rhythm. In a month without that day, the month's last."""
    month = Month(before.year, before.month).shifted(_MONTHS[rhythm])
    last = calendar.monthrange(month.year, month.month)[1]
    return date(month.year, month.month, min(day_of_month, last))


def first_after(rhythm: Rhythm, day_of_month: int, day: date, today: date) -> date:
    """The first of its days that is later than today, counted on from ``day``."""
    while day <= today:
        day = next_day(rhythm, day_of_month, day)
    return day
