"""A month of a seller's money, day by day: what came, what clears when, what is promised, what goes to the bank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from marketplace.kernel.money import Money
from payments.documents.months import Month, in_business_zone
from payments.models import Payout, PayoutState
from payments.outlook.came import came
from payments.outlook.coming import Coming, coming

_DAYS = 7


class Happening(StrEnum):
    """In the order in which money passes through them."""

    HELD = "held"  # on no day: a clock stands still, or somebody decides
    PROMISED = "promised"  # held: the work is to be delivered
    DELIVERED = "delivered"  # held: theirs on this day at the latest, if the buyer accepts or says nothing
    CLEARS = "clears"  # becomes theirs
    CAME = "came"  # became theirs
    ARRIVES = "arrives"  # on its way to their bank
    PAID = "paid"  # their bank has it


_ORDER = {happening: place for place, happening in enumerate(Happening)}


@dataclass(frozen=True, slots=True)
class Item:
    """What happens on one day in one currency."""

    happening: Happening
    amount: Money


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    is_today: bool
    is_in_month: bool
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    month: Month
    weeks: tuple[tuple[Day, ...], ...]  # whole weeks from Monday; days outside of the month have no items
    undated: tuple[Item, ...]  # held or clearing, on a day that nobody knows yet

    @property
    def days(self) -> list[Day]:
        """Of the month, those on which something happens."""
        return [day for week in self.weeks for day in week if day.items]

    @property
    def previous(self) -> Month:
        return self.month.shifted(-1)


def calendar_of(seller_id: int, month: Month, at: datetime) -> Calendar:
    """A fixed number of queries. Days are those of the business, as in statements."""
    today = in_business_zone(at).date()
    ahead = coming(seller_id, at) if month.last_day >= today else []
    happened = [*_came(seller_id, month), *_payouts(seller_id, month), *_ahead(ahead)]
    by_day: defaultdict[date, list[tuple[Happening, Money]]] = defaultdict(list)
    for day, happening, amount in happened:
        if day and Month(day.year, day.month) == month:
            by_day[day].append((happening, amount))
    weeks = tuple(
        tuple(Day(day, day == today, Month(day.year, day.month) == month, _summed(by_day.get(day, []))) for day in week)
        for week in _weeks(month)
    )
    undated = _summed((happening, amount) for day, happening, amount in _ahead(ahead) if day is None)
    return Calendar(month, weeks, undated)


def _came(seller_id: int, month: Month) -> Iterator[tuple[date, Happening, Money]]:
    for one in came(seller_id, month.first_day, month.next.first_day):
        if one.amount.amount_minor > 0:
            yield one.day, Happening.CAME, one.amount


def _payouts(seller_id: int, month: Month) -> Iterator[tuple[date, Happening, Money]]:
    paid = Q(state=PayoutState.PAID, paid_at__gte=month.start, paid_at__lt=month.end)
    sent = Q(state=PayoutState.SENT, arrives_on__range=(month.first_day, month.last_day))
    for payout in Payout.objects.filter(paid | sent, account__user_id=seller_id):
        if payout.state == PayoutState.PAID and payout.paid_at:
            yield in_business_zone(payout.paid_at).date(), Happening.PAID, payout.amount
        elif payout.arrives_on:
            yield payout.arrives_on, Happening.ARRIVES, payout.amount


def _ahead(ahead: list[Coming]) -> Iterator[tuple[date | None, Happening, Money]]:
    for one in ahead:
        if one.promised_on:
            yield one.promised_on, Happening.PROMISED, one.amount
        elif one.is_held:
            yield one.clears_on, Happening.DELIVERED if one.clears_on else Happening.HELD, one.amount
        else:
            yield one.clears_on, Happening.CLEARS, one.amount


def _summed(items: Iterable[tuple[Happening, Money]]) -> tuple[Item, ...]:
    sums: dict[tuple[Happening, str], Money] = {}
    for happening, amount in items:
        place = happening, amount.currency
        sums[place] = sums[place] + amount if place in sums else amount
    places = sorted(sums, key=lambda place: (_ORDER[place[0]], place[1]))
    return tuple(Item(place[0], sums[place]) for place in places)


def _weeks(month: Month) -> Iterator[list[date]]:
    day = month.first_day - timedelta(days=month.first_day.weekday())
    while day <= month.last_day:
        yield [day + timedelta(days=n) for n in range(_DAYS)]
        day += timedelta(days=_DAYS)
