"""The spans of days that insights are shown for, and the one before that each is compared with. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LENGTHS = (7, 30, 90)  # days
USUAL = 30


@dataclass(frozen=True, slots=True)
class Period:
    """``days`` days in UTC, today the last."""

    days: int
    last: date

    @property
    def first(self) -> date:
        return self.last - timedelta(days=self.days - 1)

    @property
    def first_before(self) -> date:
        """Where the period before begins, which is as long."""
        return self.first - timedelta(days=self.days)

    @property
    def all_days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range(self.days)]


def period_of(asked: str, at: datetime) -> Period:
    """What somebody asked for, or the usual length."""
    days = int(asked) if asked in {str(length) for length in LENGTHS} else USUAL
    return Period(days, at.astimezone(UTC).date())
