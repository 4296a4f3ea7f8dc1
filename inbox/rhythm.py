"""When a notice may come: quiet hours and collected letters, in the person's own time. Rows are not asked here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Pace(TextChoices):
    """How mail comes that can wait."""

    AT_ONCE = "at_once", _("At once, one by one")
    DAILY = "daily", _("Once a day, in one letter")
    WEEKLY = "weekly", _("Once a week, in one letter")
    NEVER = "never", _("Not at all")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Somebody's choice. ``quiet_from`` and ``quiet_to``: minutes since local midnight, both or none."""

    zone: str  # IANA
    pace: str = Pace.AT_ONCE
    hour: int = 8
    weekday: int = 0  # 0 is Monday
    quiet_from: int | None = None
    quiet_to: int | None = None

    def quiet_until(self, at: datetime) -> datetime | None:
        """When the quiet hours end that run at ``at``; None where none do."""
        if self.quiet_from is None or self.quiet_to is None:
            return None
        local = at.astimezone(ZoneInfo(self.zone))
        minute = 60 * local.hour + local.minute
        if not _is_within(minute, self.quiet_from, self.quiet_to):
            return None
        day = local.date() + timedelta(days=int(minute >= self.quiet_to))
        return self._moment(datetime.combine(day, time(*divmod(self.quiet_to, 60))))

    def collected_at(self, at: datetime) -> datetime | None:
        """When the next collected letter is due after ``at``; None where letters come one by one, or not at all."""
        if self.pace not in (Pace.DAILY, Pace.WEEKLY):
            return None
        day = at.astimezone(ZoneInfo(self.zone)).date()
        if self.pace == Pace.WEEKLY:
            day += timedelta(days=(self.weekday - day.weekday()) % 7)
        step = timedelta(days=7 if self.pace == Pace.WEEKLY else 1)
        moment = self._moment(datetime.combine(day, time(self.hour)))
        return moment if moment > at else self._moment(datetime.combine(day + step, time(self.hour)))

    def waits_until(self, at: datetime) -> datetime | None:
        """When a letter comes that can wait: the next collected one is due, and no quiet hours run; None: at once."""
        moment = self.collected_at(at) or at
        moment = self.quiet_until(moment) or moment
        return moment if moment > at else None

    def _moment(self, local: datetime) -> datetime:
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


def _is_within(minute: int, start: int, end: int) -> bool:
    return start <= minute < end if start < end else minute >= start or minute < end
