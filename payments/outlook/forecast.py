"""Low and high for the next four weeks and for the month, in one currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from marketplace.kernel.money import Money
from payments.documents.months import Month, in_business_zone
from payments.models import EarningGoal
from payments.outlook.bands import PAST_WEEKS, Band, Habit, band, habit_of
from payments.outlook.came import Came, came, first_came
from payments.outlook.coming import Coming, coming
from payments.rules import payable

AHEAD_WEEKS = 4
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days. Weeks ahead begin with today; those that are over end with yesterday."""

    first: date
    came: Money | None = None  # of weeks that are over; of the first one ahead what came today, if anything did
    clearing: Money | None = None  # of weeks ahead
    held: Money | None = None
    low: Money | None = None  # None where there is too little history
    high: Money | None = None

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)


@dataclass(frozen=True, slots=True)
class ThisMonth:
    """How the month stands."""

    month: Month
    came: Money
    clearing: Money  # becomes theirs before it ends
    held: Money  # so, if all is delivered and accepted in time
    low: Money | None
    high: Money | None
    goal: Money | None

    @property
    def on_its_way(self) -> Money:
        return self.clearing + self.held

    @property
    def came_minor(self) -> int:
        """For the bar: no less than nothing."""
        return max(self.came.amount_minor, 0)

    @property
    def with_on_its_way_minor(self) -> int:
        return self.came_minor + self.on_its_way.amount_minor

    @property
    def percent(self) -> int:
        """Of the goal, reached so far: 100 at most, rounded down."""
        return min(self.came_minor * 100 // self.goal.amount_minor, 100) if self.goal else 0

    @property
    def percent_on_its_way(self) -> int:
        """The same with what is on its way."""
        return min(self.with_on_its_way_minor * 100 // self.goal.amount_minor, 100) if self.goal else 0

    @property
    def is_sure(self) -> bool:
        """Low and high are one, as on the last days."""
        return self.low is not None and self.low == self.high

    @property
    def is_reached(self) -> bool:
        return self.goal is not None and self.came >= self.goal

    @property
    def missing(self) -> Money | None:
        """Beside what came and what is on its way; None where nothing is, or without a goal."""
        if self.goal is None or self.with_on_its_way_minor >= self.goal.amount_minor:
            return None
        return Money(self.goal.amount_minor - self.with_on_its_way_minor, self.goal.currency)


@dataclass(frozen=True, slots=True)
class Forecast:
    currency: str
    past: tuple[Week, ...]  # whole weeks from that of the first income on, the oldest first
    ahead: tuple[Week, ...]
    month: ThisMonth
    has_band: bool
    undated: Money  # held or clearing, on a day that nobody knows

    @property
    def is_empty(self) -> bool:
        came = any(week.came for week in self.past)
        running = any(week.came or week.clearing or week.held for week in self.ahead)
        return not (came or running or self.undated or self.month.came or self.month.goal)


def forecasts_of(seller_id: int, at: datetime) -> list[Forecast]:
    """The site's first currency, and others in which there is something. A fixed number of queries."""
    today = in_business_zone(at).date()
    month = Month.of(at)
    begin = min(today - PAST_WEEKS * _WEEK, month.first_day)
    rows, ahead = came(seller_id, begin, today + timedelta(days=1)), coming(seller_id, at)
    firsts, goals = first_came(seller_id), goals_of(seller_id)
    seen = {*goals, *firsts, *(one.amount.currency for one in ahead)}
    codes = list(dict.fromkeys([*settings.SETTLEMENT_CURRENCIES, *sorted(seen)]))
    found = [
        _forecast(
            code,
            today,
            [row for row in rows if row.amount.currency == code],
            [one for one in ahead if one.amount.currency == code],
            first=in_business_zone(firsts[code]).date() if code in firsts else None,
            goal=goals.get(code),
        )
        for code in codes
    ]
    return [found[0], *(one for one in found[1:] if not one.is_empty)]


def goals_of(seller_id: int) -> dict[str, Money]:
    """By currency. One query."""
    rows = EarningGoal.objects.filter(user_id=seller_id).values_list("currency", "amount_minor")
    return {currency: Money(minor, currency) for currency, minor in rows}


def _forecast(
    code: str, today: date, rows: list[Came], ahead: list[Coming], *, first: date | None, goal: Money | None
) -> Forecast:
    past = _past(code, today, rows, first)
    habit = habit_of([week.came.amount_minor for week in past if week.came is not None])
    weeks = tuple(_ahead(code, today + number * _WEEK, rows, ahead, habit) for number in range(AHEAD_WEEKS))
    return Forecast(
        currency=code,
        past=past,
        ahead=weeks,
        month=_month(code, today, rows, ahead, habit, goal),
        has_band=habit is not None,
        undated=_sum(code, (one.amount for one in ahead if one.clears_on is None)),
    )


def _past(code: str, today: date, rows: list[Came], first: date | None) -> tuple[Week, ...]:
    """Weeks that end yesterday, the week before, and so on: from the one in which something came for the first time."""
    begins = [today - number * _WEEK for number in range(PAST_WEEKS, 0, -1)]
    return tuple(
        Week(begin, _sum(code, (row.amount for row in rows if begin <= row.day < begin + _WEEK)))
        for begin in begins
        if first and first < begin + _WEEK
    )


def _ahead(code: str, begin: date, rows: list[Came], ahead: list[Coming], habit: Habit | None) -> Week:
    came = _sum(code, (row.amount for row in rows if row.day >= begin))
    clearing, held = _within(code, ahead, begin, begin + _WEEK)
    low = high = None
    if habit:
        sure = came + clearing
        low, high = _payable(code, band(habit, clearing_minor=sure.amount_minor, held_minor=held.amount_minor))
    return Week(begin, came or None, clearing, held, low, high)


def _month(
    code: str, today: date, rows: list[Came], ahead: list[Coming], habit: Habit | None, goal: Money | None
) -> ThisMonth:
    month = Month(today.year, today.month)
    end = month.next.first_day
    so_far = _sum(code, (row.amount for row in rows if row.day >= month.first_day))
    clearing, held = _within(code, ahead, today, end)
    low = high = None
    if habit:
        days = (end - today).days - 1  # what today brings is in what came
        rest = band(habit, clearing_minor=clearing.amount_minor, held_minor=held.amount_minor, days=days)
        low, high = (so_far + part for part in _payable(code, rest))
    return ThisMonth(month, so_far, clearing, held, low, high, goal)


def _within(code: str, ahead: list[Coming], begin: date, end: date) -> tuple[Money, Money]:
    """What clears by itself, and what is held for these days."""
    inside = [one for one in ahead if one.clears_on and begin <= one.clears_on < end]
    return (
        _sum(code, (one.amount for one in inside if not one.is_held)),
        _sum(code, (one.amount for one in inside if one.is_held)),
    )


def _payable(code: str, found: Band) -> tuple[Money, Money]:
    """Low and high in whole steps of the currency: a quartile may lie between two of them."""
    return payable(Money(found.low_minor, code)), payable(Money(found.high_minor, code))


def _sum(code: str, amounts: Iterable[Money]) -> Money:
    return Money(sum(amount.amount_minor for amount in amounts), code)
