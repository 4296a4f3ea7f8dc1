"""From hours to a month's income: the whole formula of the estimate. Pure.

    income = what one order brings after fees × orders a month
    orders a month = what sellers here really had, or what the hours allow, whichever is less

Low takes the lower quartiles of both, high the upper ones; so half of all orders, and half of all sellers with orders,
are between them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from marketplace.kernel.money import Money

MONTH_DAYS = 30
_WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Typical:
    """Lower quartile, middle and upper quartile of an order's price before fees, and of a seller's orders in 30 days,
    in hundredths; ``orders`` and ``sellers``: what they are counted from.
    """

    prices: tuple[Money, Money, Money]
    orders_hundredths: tuple[int, int, int]
    orders: int
    sellers: int


@dataclass(frozen=True, slots=True)
class Line:
    price: Money
    receives: Money  # after fees
    orders_hundredths: int  # in a month
    income: Money

    @property
    def orders(self) -> str:
        """With one decimal, rounded half up."""
        tenths = (self.orders_hundredths + 5) // 10
        return f"{tenths // 10}.{tenths % 10}"


@dataclass(frozen=True, slots=True)
class Estimate:
    low: Line
    middle: Line
    high: Line
    is_bound_by_hours: bool  # with more hours, high would be more


def possible_orders(weekly_hours: int, order_minutes: int) -> int:
    """Orders that fit into the hours of a month, in hundredths, rounded down."""
    return 100 * weekly_hours * 60 * MONTH_DAYS // (_WEEK_DAYS * order_minutes)


def estimate(
    typical: Typical, *, weekly_hours: int, order_minutes: int, receives: Callable[[Money], Money]
) -> Estimate:
    """``receives``: what the seller gets of a price after fees."""
    possible = possible_orders(weekly_hours, order_minutes)
    low, middle, high = (
        _line(price, min(had, possible), receives)
        for price, had in zip(typical.prices, typical.orders_hundredths, strict=True)
    )
    return Estimate(low, middle, high, is_bound_by_hours=possible < typical.orders_hundredths[2])


def _line(price: Money, orders_hundredths: int, receives: Callable[[Money], Money]) -> Line:
    share = receives(price)
    return Line(price, share, orders_hundredths, (share * orders_hundredths).portion(1, 100))
