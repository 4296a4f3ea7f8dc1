"""What a site's operator says about payouts, read from the settings."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings

from marketplace.kernel.money import Money, exponent

_DEFAULT_MINIMUM = 10  # whole units of any currency


def minimum(currency: str) -> Money:
    """The smallest payout that the schedule makes."""
    default = _DEFAULT_MINIMUM * 10 ** exponent(currency)
    return Money(settings.PAYOUT_MINIMUM_MINOR.get(currency, default), currency)


def business_zone() -> ZoneInfo:
    """Where the site's days and weeks are cut."""
    return ZoneInfo(settings.TIME_ZONE)
