"""A moment on the other side's clock, where that is another one than the reader's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Zones:
    """Who is on the other side, and where their clock is."""

    name: str
    time_zone: str  # IANA

    def there(self, moment: datetime) -> str:
        """ "Tom, Lisbon: 16:40", with the day where it is another one; "" where both clocks show the same.

        It stands beside the reader's own time. No "today" or "tomorrow": theirs may be another day already.
        """
        try:
            zone = ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ""
        there, here = moment.astimezone(zone), timezone.localtime(moment)
        if there.utcoffset() == here.utcoffset():
            return ""
        clock = date_format(there, "H:i" if there.date() == here.date() else "D H:i")
        place = self.time_zone.rpartition("/")[2].replace("_", " ")
        return _("%(name)s, %(place)s: %(clock)s") % {"name": self.name.split()[0], "place": place, "clock": clock}
