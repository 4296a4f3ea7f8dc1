"""A seller's weekly order hours: as stored, as typed, as told to other apps."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.contracts import WeeklyHours

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
