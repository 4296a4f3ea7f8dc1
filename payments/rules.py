"""What a site's operator says about payouts, read from the settings."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings

from marketplace.kernel.currencies import MissingAmounts
from marketplace.kernel.money import Money, payable_step
from payments import currencies


def minimum(currency: str) -> Money:
    """The smallest payout that the schedule makes. Where the site has none, because it settles nothing in this
    currency, whatever lies in an account goes out."""
    try:
        return Money(currencies.limits(currency).payout_minimum_minor, currency)
    except MissingAmounts:
        return Money(payable_step(currency), currency)


def payable(amount: Money) -> Money:
    """What of an amount Stripe can move: whole steps of its currency, none of a balance below zero."""
    minor = max(amount.amount_minor, 0)
    return Money(minor - minor % payable_step(amount.currency), amount.currency)


def business_zone() -> ZoneInfo:
    """Where the site's days and weeks are cut."""
    return ZoneInfo(settings.TIME_ZONE)
