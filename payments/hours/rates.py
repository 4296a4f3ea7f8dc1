"""What an hour brings with each thing that a seller sells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.kernel.money import Money
from payments.contracts import Subject
from payments.hours.earned import Earned, earned_since
from payments.models import TypicalTime, WorkTime
from payments.rules import payable

PERIOD = timedelta(days=365)
_HOUR = 60
_SHOWN_ORDERS = 12


@dataclass(slots=True)
class _Sum:
    subject: Subject
    currency: str
    orders: int = 0
    noted: int = 0
    with_time: int = 0
    minutes: int = 0
    amount_minor: int = 0  # of orders with a time
    received_minor: int = 0  # of all


@dataclass(frozen=True, slots=True)
class Rate:
    """One thing in one currency, over the last year."""

    subject: Subject
    received: Money  # of all its orders, after fees
    orders: int
    with_time: int  # orders that the rate is based on: with a note, or counted with the typical time
    noted: int  # of these, with a note of their own
    minutes: int  # of these
    typical_minutes: int | None
    per_hour: Money | None  # in whole steps of the currency; None without any time


@dataclass(frozen=True, slots=True)
class OrderTime:
    """One order on the page where its time is noted."""

    reference: str
    title: str
    at: datetime
    amount: Money
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Hours:
    """A seller's page."""

    rates: list[Rate]  # the best-paid hour first, things without a time last
    orders: list[OrderTime]  # the newest, so that their times can be noted


def hours_of(seller_id: int, at: datetime) -> Hours:
    """A fixed number of queries."""
    earned = [one for one in earned_since(seller_id, at - PERIOD) if one.subject]
    noted = _noted(seller_id, earned)
    typical = dict(TypicalTime.objects.filter(seller_id=seller_id).values_list("subject", "minutes"))
    return Hours(_rates(earned, noted, typical), _orders(earned[:_SHOWN_ORDERS], noted))


def _rates(earned: list[Earned], noted: dict[str, int], typical: dict[str, int]) -> list[Rate]:
    sums: dict[tuple[str, str], _Sum] = {}
    for one in earned:
        if one.subject:
            place = one.subject.key, one.amount.currency
            sum_ = sums.setdefault(place, _Sum(one.subject, one.amount.currency))
            _add(sum_, one, noted.get(one.reference), typical.get(one.subject.key))
    rates = [_rate(sum_, typical.get(sum_.subject.key)) for sum_ in sums.values()]
    return sorted(rates, key=lambda rate: (rate.per_hour is None, -_minor(rate), -rate.orders, rate.subject.title))


def _orders(earned: list[Earned], noted: dict[str, int]) -> list[OrderTime]:
    return [
        OrderTime(one.reference, one.subject.title, one.at, one.amount, noted.get(one.reference))
        for one in earned
        if one.subject
    ]


def typical_of(seller_id: int, subject: str) -> int | None:
    """Minutes, as the seller said."""
    return TypicalTime.objects.filter(seller_id=seller_id, subject=subject).values_list("minutes", flat=True).first()


def time_of(seller_id: int, reference: str) -> int | None:
    """Minutes that the seller noted for one order."""
    return WorkTime.objects.filter(seller_id=seller_id, reference=reference).values_list("minutes", flat=True).first()


def _noted(seller_id: int, earned: list[Earned]) -> dict[str, int]:
    references = [one.reference for one in earned]
    rows = WorkTime.objects.filter(seller_id=seller_id, reference__in=references)
    return dict(rows.values_list("reference", "minutes"))


def _add(sum_: _Sum, one: Earned, noted: int | None, typical: int | None) -> None:
    sum_.orders += 1
    sum_.received_minor += one.amount.amount_minor
    minutes = noted or typical
    if minutes:
        sum_.with_time += 1
        sum_.noted += noted is not None
        sum_.minutes += minutes
        sum_.amount_minor += one.amount.amount_minor


def _rate(sum_: _Sum, typical: int | None) -> Rate:
    per_hour = payable(Money(sum_.amount_minor * _HOUR // sum_.minutes, sum_.currency)) if sum_.minutes else None
    return Rate(
        subject=sum_.subject,
        received=Money(sum_.received_minor, sum_.currency),
        orders=sum_.orders,
        with_time=sum_.with_time,
        noted=sum_.noted,
        minutes=sum_.minutes,
        typical_minutes=typical,
        per_hour=per_hour,
    )


def _minor(rate: Rate) -> int:
    return rate.per_hour.amount_minor if rate.per_hour else 0
