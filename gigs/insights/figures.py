"""What a seller's gigs did in a period and in the one before. The number of queries does not depend on the data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet, Sum

from gigs.insights.periods import Period
from gigs.models import Gig, GigDay, GigReceipt
from gigs.statistics.selectors import Figures
from marketplace.kernel.money import Money

_NAMES = ("impressions", "views", "orders")


@dataclass(frozen=True, slots=True)
class Insight:
    """``received`` by currency: what the seller gets after fees; currencies are never added up."""

    figures: Figures = field(default_factory=Figures)
    received: Mapping[str, int] = field(default_factory=dict)

    @property
    def amounts(self) -> list[Money]:
        return [Money(minor, code) for code, minor in sorted(self.received.items())]


@dataclass(frozen=True, slots=True)
class Change:
    """A number of the period beside that of the one before."""

    now: int
    before: int

    @property
    def percent(self) -> int | None:
        """By how many percent it rose, rounded half up; None where there was nothing before."""
        if not self.before:
            return None
        return (200 * (self.now - self.before) + self.before) // (2 * self.before)

    @property
    def fall(self) -> int:
        """By how many percent it fell; 0 where it did not."""
        return max(-(self.percent or 0), 0)


@dataclass(frozen=True, slots=True)
class AmountChange:
    now: Money
    change: Change


@dataclass(frozen=True, slots=True)
class DayInsight:
    day: date
    insight: Insight


@dataclass(frozen=True, slots=True)
class Insights:
    period: Period
    days: Sequence[DayInsight]  # each of the period, the oldest first
    total: Insight
    before: Insight  # of the whole period before

    @property
    def has_any(self) -> bool:
        return self.total != Insight() or self.before != Insight()

    @property
    def impressions(self) -> Change:
        return Change(self.total.figures.impressions, self.before.figures.impressions)

    @property
    def views(self) -> Change:
        return Change(self.total.figures.views, self.before.figures.views)

    @property
    def orders(self) -> Change:
        return Change(self.total.figures.orders, self.before.figures.orders)

    @property
    def currencies(self) -> list[str]:
        """All in which something was received in either period."""
        return sorted({*self.total.received, *self.before.received})

    @property
    def received(self) -> list[AmountChange]:
        return [
            AmountChange(
                Money(self.total.received.get(code, 0), code),
                Change(self.total.received.get(code, 0), self.before.received.get(code, 0)),
            )
            for code in self.currencies
        ]


def insights_of_seller(seller_id: int, period: Period) -> Insights:
    """Of all gigs. Two queries."""
    return _insights(
        GigDay.objects.filter(gig__seller_id=seller_id), GigReceipt.objects.filter(gig__seller_id=seller_id), period
    )


def insights_of_gig(gig: Gig, period: Period) -> Insights:
    """Two queries."""
    return _insights(GigDay.objects.filter(gig=gig), GigReceipt.objects.filter(gig=gig), period)


def totals_of(gig_ids: Iterable[int], period: Period) -> dict[int, Insight]:
    """Of the period, by gig; gigs of which nothing was counted are left out. Two queries for any number of gigs."""
    wanted = list(gig_ids)
    days = GigDay.objects.filter(gig_id__in=wanted, day__range=(period.first, period.last)).order_by()
    figures = {gig_id: Figures(*sums) for gig_id, *sums in days.values_list("gig_id").annotate(*map(Sum, _NAMES))}
    rows = GigReceipt.objects.filter(gig_id__in=wanted, day__range=(period.first, period.last)).order_by()
    received: dict[int, dict[str, int]] = defaultdict(dict)
    for gig_id, code, minor in rows.values_list("gig_id", "currency").annotate(Sum("received_minor")):
        received[gig_id][code] = minor
    there = {*figures, *received}
    return {gig_id: Insight(figures.get(gig_id, Figures()), received.get(gig_id, {})) for gig_id in there}


def _insights(days: QuerySet[GigDay], receipts: QuerySet[GigReceipt], period: Period) -> Insights:
    span = (period.first_before, period.last)
    summed = days.filter(day__range=span).order_by().values_list("day").annotate(*map(Sum, _NAMES))
    figures = {day: Figures(*sums) for day, *sums in summed}
    received: dict[date, dict[str, int]] = defaultdict(dict)
    by_day = receipts.filter(day__range=span).order_by().values_list("day", "currency")
    for day, code, minor in by_day.annotate(Sum("received_minor")):
        received[day][code] = minor
    found = {day: Insight(figures.get(day, Figures()), received.get(day, {})) for day in {*figures, *received}}
    return Insights(
        period=period,
        days=[DayInsight(day, found.get(day, Insight())) for day in period.all_days],
        total=sum_of(one for day, one in found.items() if day >= period.first),
        before=sum_of(one for day, one in found.items() if day < period.first),
    )


def sum_of(rows: Iterable[Insight]) -> Insight:
    """Amounts of each currency by themselves."""
    figures, received = dict.fromkeys(_NAMES, 0), defaultdict[str, int](int)
    for row in rows:
        for name in _NAMES:
            figures[name] += getattr(row.figures, name)
        for code, minor in row.received.items():
            received[code] += minor
    return Insight(Figures(**figures), dict(received))
