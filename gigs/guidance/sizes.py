"""How large a job is, so that prices are compared with those of jobs like it: by the time that was promised for one.

Not by the price: quartiles of prices within a range of prices would say little but the range. The steps are those by
which buyers filter (``selectors.offers.WITHIN_MINUTES``). Pure.
"""

from __future__ import annotations

from bisect import bisect_left

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The longest promise in minutes of each size but the last.
LONGEST_MINUTES = (120, 1_440, 4_320, 10_080)
SIZES: tuple[Promise, ...] = (
    _("promised within 2 hours"),
    _("promised within a day"),
    _("promised within 3 days"),
    _("promised within a week"),
    _("promised in more than a week"),
)


def size_of(promised_minutes: int) -> int:
    """An index of SIZES."""
    return bisect_left(LONGEST_MINUTES, promised_minutes)
