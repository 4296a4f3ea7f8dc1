"""Which package of a gig answers a price and a time: its card shows that one's price and that one's promise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.utils import timezone

from accounts.contracts import WeeklyHours
from gigs import limits
from gigs.contracts import CatalogueQuery
from marketplace.kernel import currencies
from orders import api as orders

# Choices of "ready within": promised minutes, or moments of the reader's day, which also ask the seller's order hours.
WITHIN_MINUTES = {"2h": 120, "24h": 1_440, "3d": 4_320, "7d": 10_080}
BY_SIX, TODAY, TOMORROW = "18h", "today", "tomorrow"
READY_BY = (BY_SIX, TODAY, TOMORROW)
_SIX = time(18)


def ready_by(choice: str, at: datetime) -> datetime:
    """Of ``READY_BY``, in the reader's zone: six in the evening, which may be tomorrow's, or the end of a day."""
    local = timezone.localtime(at)
    days = {BY_SIX: int(local.time() >= _SIX), TODAY: 1, TOMORROW: 2}[choice]
    clock = _SIX if choice == BY_SIX else time()
    return datetime.combine(local.date() + timedelta(days=days), clock, tzinfo=local.tzinfo)


def currency_of(query: CatalogueQuery) -> str:
    """The one currency in which prices are compared, or empty where they are not: then gigs of all are found."""
    compares = query.low_minor is not None or query.high_minor is not None or query.sort == "price"
    return query.currency or (currencies.default() if compares else "")


def answering(
    packages: Iterable[tuple[int, int]],
    query: CatalogueQuery,
    hours: WeeklyHours | None,
    at: datetime,
    *,
    fastest: bool,
) -> tuple[int, int]:
    """(all-in price, minutes) of the package that answers: the cheapest, or the fastest; of any where none does."""
    every = list(packages)
    fitting = [one for one in every if _fits(*one, query, hours, at)] or every
    return min(fitting, key=lambda one: (one[1], one[0]) if fastest else one)


def _fits(price: int, minutes: int, query: CatalogueQuery, hours: WeeklyHours | None, at: datetime) -> bool:
    if query.low_minor is not None and price < query.low_minor:
        return False
    if query.high_minor is not None and price > query.high_minor:
        return False
    if query.within in WITHIN_MINUTES:
        return minutes <= WITHIN_MINUTES[query.within]
    if query.within in READY_BY:
        kept = hours if minutes < limits.ORDER_HOURS_BELOW_MINUTES else None
        return orders.ready_at(at, minutes, kept) <= ready_by(query.within, at)
    return True
