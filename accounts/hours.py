"""A seller's weekly order hours: as stored, as typed, as told to other apps."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from accounts.contracts import WeeklyHours
from marketplace.kernel import words

Span = tuple[int, int, int]
MINUTES_A_DAY = 24 * 60


def hours_from_json(stored: list[list[int]] | None, time_zone: str) -> WeeklyHours | None:
    """Stored spans as a contract; None where nothing is set, so that the clock never pauses."""
    if not stored:
        return None
    return WeeklyHours(time_zone, tuple((day, start, end) for day, start, end in stored))


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, with those that touch or overlap made one."""
    result: list[Span] = []
    for day, start, end in sorted(spans):
        if result and result[-1][0] == day and result[-1][2] >= start:
            result[-1] = (day, result[-1][1], max(result[-1][2], end))
        else:
            result.append((day, start, end))
    return result


def check_spans(spans: Iterable[Span]) -> None:
    """Raises ValueError where a span is outside of its day or ends before it starts."""
    for day, start, end in spans:
        if not (0 <= day <= 6 and 0 <= start < end <= MINUTES_A_DAY):
            raise ValueError("hours must end after they start, within one day")


def lines(hours: WeeklyHours) -> list[tuple[str, str]]:
    """Days and times for people, days in a row with the same times together: ("Mon–Fri", "09:00–12:00")."""
    times = [words.times_of_day(span for span in hours.spans if span[0] == day) for day in range(7)]
    result: list[tuple[str, str]] = []
    for when, days in groupby(range(7), key=lambda day: times[day]):
        first, *others = days
        if when:
            result.append((_days(first, others[-1] if others else first), when))
    return result


def _days(first: int, last: int) -> str:
    if first == last:
        return str(WEEKDAYS_ABBR[first])
    return _("%(first)s–%(last)s") % {"first": WEEKDAYS_ABBR[first], "last": WEEKDAYS_ABBR[last]}
