"""What a seller is told while they write a package: what is usual, where theirs is, and what an hour brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from gigs import limits
from gigs.guidance.figures import Usual, figures_of, operators_range
from gigs.guidance.services import LOOK_BACK
from gigs.guidance.sizes import size_of
from gigs.models import Category, HourlyFloor
from gigs.services.fees import rules_in
from marketplace.kernel import money
from marketplace.kernel.money import LARGEST_MINOR, Money
from marketplace.kernel.spans import UNITS

FIELDS = ("name", "price", "promise", "unit", "work_minutes")
_DIGITS_MAX = 9


@dataclass(frozen=True, slots=True)
class Typed:
    """A package as far as it can be read; nothing typed is an error here."""

    name: str = ""
    price: Money | None = None
    promised_minutes: int | None = None
    work_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of one package."""

    number: int
    name: str
    price: Money | None
    usual: Usual | None  # None until a promise says how large the job is
    hourly: Money | None  # after fees, before tax
    is_below_floor: bool

    @property
    def standing(self) -> str:
        return self.usual.standing_of(self.price) if self.usual and self.price else ""


@dataclass(frozen=True, slots=True)
class Guidance:
    category: Category | None
    currency: str
    lines: Sequence[Line]
    floor: Money | None
    operators: tuple[Money, Money] | None

    @property
    def least_orders(self) -> int:
        return int(settings.GUIDANCE_LEAST_ORDERS)

    @property
    def days(self) -> int:
        return LOOK_BACK.days

    @property
    def has_too_few(self) -> bool:
        """Some package is of a size of which there is not enough to say: then the operator's range stands in."""
        return not self.lines or any(line.usual is None or line.usual.low is None for line in self.lines)


def guide(*, seller_id: int, category_slug: str, currency: str, rows: Sequence[Mapping[str, Any]]) -> Guidance:
    """Three queries. ``rows``: for each package what stands in FIELDS, as typed."""
    category = (
        Category.objects.select_related("parent__parent").filter(slug=category_slug.replace("\x00", "")[:40]).first()
    )
    usual = figures_of(category.pk, currency) if category else {}
    floor = floor_of(seller_id, currency)
    typed = [(number, read(row, currency)) for number, row in enumerate(rows, 1)]
    lines = [_line(number, one, category, usual, floor) for number, one in typed if one != Typed()]
    return Guidance(category, currency, lines, floor, operators_range(category, currency) if category else None)


def floor_of(seller_id: int, currency: str) -> Money | None:
    row = HourlyFloor.objects.filter(seller_id=seller_id, currency=currency).first()
    return Money(row.amount_minor, currency) if row else None


def read(row: Mapping[str, Any], currency: str) -> Typed:
    promise, unit = _whole(row.get("promise")), UNITS.get(str(row.get("unit")), 0)
    minutes = (promise or 0) * unit
    return Typed(
        name=str(row.get("name") or "").replace("\x00", "").strip()[: limits.PACKAGE_NAME_MAX],
        price=_price(row.get("price"), currency),
        promised_minutes=minutes if 1 <= minutes <= limits.PROMISE_MAX_MINUTES else None,
        work_minutes=_work(row.get("work_minutes")),
    )


def receives(price: Money, category: Category | None) -> Money:
    """What the seller gets of a price, by today's fee of its category."""
    return price - rules_in(category, price.currency).seller_fee(price)


def hourly(amount: Money, work_minutes: int) -> Money:
    """What an hour brings, rounded half up to a minor unit: to look at, nobody pays it."""
    return Money((amount.amount_minor * 120 + work_minutes) // (2 * work_minutes), amount.currency)


def _line(number: int, typed: Typed, category: Category | None, usual: dict[int, Usual], floor: Money | None) -> Line:
    size = size_of(typed.promised_minutes) if typed.promised_minutes else None
    rate = None
    if typed.price and typed.work_minutes:
        rate = hourly(receives(typed.price, category), typed.work_minutes)
    return Line(
        number=number,
        name=typed.name,
        price=typed.price,
        usual=None if size is None else usual.get(size, Usual(size, 0)),
        hourly=rate,
        is_below_floor=rate is not None and floor is not None and rate < floor,
    )


def _price(value: object, currency: str) -> Money | None:
    try:
        amount = money.parse(str(value or "").replace("\x00", "")[:32], currency)
    except ValueError:
        return None
    return amount if 0 < amount.amount_minor <= LARGEST_MINOR else None


def _work(value: object) -> int | None:
    minutes = _whole(value)
    return minutes if minutes and minutes <= limits.WORK_MAX_MINUTES else None


def _whole(value: object) -> int | None:
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else None
