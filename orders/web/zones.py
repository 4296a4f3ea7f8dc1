"""A moment on the other side's clock, where that is another one than the reader's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.kernel import words


@dataclass(frozen=True, slots=True)
class Zones:
    """Who is on the other side, and where their clock is."""

    name: str
    time_zone: str  # IANA

    def there(self, moment: datetime, now: datetime) -> str:
        """ "Tom, Lisbon: today 16:40"; "" where both clocks show the same."""
        try:
            zone = ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ""
        if moment.astimezone(zone).utcoffset() == timezone.localtime(moment).utcoffset():
            return ""
        with timezone.override(zone):
            clock = words.clock(moment, now)
        place = self.time_zone.rpartition("/")[2].replace("_", " ")
        return _("%(name)s, %(place)s: %(clock)s") % {"name": self.name.split()[0], "place": place, "clock": clock}
