"""How often somebody hears of a saved search."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Pace(StrEnum):
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(pace.value, pace.value) for pace in cls]

    @property
    def period(self) -> timedelta | None:
        return _PERIODS.get(self)


_PERIODS = {Pace.HOURLY: timedelta(hours=1), Pace.DAILY: timedelta(days=1), Pace.WEEKLY: timedelta(days=7)}
