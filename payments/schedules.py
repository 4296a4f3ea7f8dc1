"""When the next payout is due: days and weeks are cut in the site's business time zone. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from payments.contracts import Schedule

_DAYS_PER_WEEK = 7


def next_due(schedule: Schedule, weekday: int, after: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after ``after``'s own day that the schedule names: its midnight. ``weekday`` 0 is Monday.

    A manual schedule names none; it gets the next day, on which the age of the money is looked at again.
    """
    today = after.astimezone(zone).date()
    if schedule != Schedule.WEEKLY:
        return _midnight(today + timedelta(days=1), zone)
    ahead = (weekday - today.weekday()) % _DAYS_PER_WEEK or _DAYS_PER_WEEK
    return _midnight(today + timedelta(days=ahead), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """The day's first moment; where the clocks skip midnight, the first that there is."""
    return datetime.combine(day, time(), zone).astimezone(ZoneInfo("UTC"))
