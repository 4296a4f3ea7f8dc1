"""Which package of a gig answers a price and a time: its card shows that one's price and that one's promise."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import DateTimeField, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone

from gigs import limits
from gigs.contracts import CatalogueQuery
from gigs.models import Package
from marketplace.kernel import currencies

if TYPE_CHECKING:
    from gigs.models.gig import GigQuerySet

# Choices of "ready within", in promised minutes; "today" also asks the seller's order hours.
WITHIN_MINUTES = {"2h": 120, "24h": 1_440, "3d": 4_320, "7d": 10_080}
TODAY = "today"


def midnight_after(at: datetime) -> datetime:
    """When today ends in the reader's zone."""
    local = timezone.localtime(at)
    tomorrow = local.date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=local.tzinfo)


def currency_of(query: CatalogueQuery) -> str:
    """The one currency in which prices are compared, or empty where they are not: then gigs of all are found."""
    compares = query.low_minor is not None or query.high_minor is not None or query.sort == "price"
    return query.currency or (currencies.default() if compares else "")


def with_offers(gigs: GigQuerySet, query: CatalogueQuery, at: datetime) -> GigQuerySet:
    """Gigs that can be paid for, and have a package for this price and time."""
    currency = currency_of(query)
    gigs = gigs.filter(currency=currency) if currency else gigs.payable()
    wanted = _conditions(query, at)
    return gigs.filter(Exists(_packages(wanted))) if wanted else gigs


def annotate_offer(gigs: GigQuerySet, query: CatalogueQuery, at: datetime, *, fastest: bool) -> GigQuerySet:
    """Adds ``offer_price`` (all-in, minor units) and ``offer_minutes`` of the package that a card shows."""
    wanted = _conditions(query, at)
    if not wanted and not fastest:
        return gigs.annotate(offer_price=F("from_all_in_minor"), offer_minutes=F("from_minutes"))
    order = ("promised_minutes", "all_in_minor") if fastest else ("all_in_minor", "promised_minutes")
    best = _packages(wanted).order_by(*order)
    return gigs.annotate(
        offer_price=Subquery(best.values("all_in_minor")[:1]),
        offer_minutes=Subquery(best.values("promised_minutes")[:1]),
    )


def _packages(wanted: Q) -> QuerySet[Package]:
    return Package.objects.filter(wanted, gig=OuterRef("pk"))


def _conditions(query: CatalogueQuery, at: datetime) -> Q:
    wanted = Q()
    if query.low_minor is not None:
        wanted &= Q(all_in_minor__gte=query.low_minor)
    if query.high_minor is not None:
        wanted &= Q(all_in_minor__lte=query.high_minor)
    if query.within in WITHIN_MINUTES:
        wanted &= Q(promised_minutes__lte=WITHIN_MINUTES[query.within])
    if query.within == TODAY:
        wanted &= Q(promised_minutes__lt=limits.ORDER_HOURS_BELOW_MINUTES, promised_minutes__lte=_open_today(at))
    return wanted


def _open_today(at: datetime) -> Func:
    moments = [Value(moment, output_field=DateTimeField()) for moment in (at, midnight_after(at))]
    return Func(OuterRef("hours"), *moments, function="gigs_open_minutes", output_field=IntegerField())
