"""What one order may cost: the prices before fees at which the buyer's payment stays within the site's limits."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache

from marketplace.kernel.money import Money, payable_step
from orders import terms
from orders.rules import Rules
from payments import api as payments


def price_bounds(currency: str) -> tuple[Money, Money]:
    """The lowest and the highest price before fees. Raises MissingAmounts."""
    return bounds_under(currency, terms.rules(currency))


def bounds_under(currency: str, rules: Rules) -> tuple[Money, Money]:
    """The same under given rules."""
    limits = payments.limits(currency)
    return _bounds(currency, rules, limits.charge_minimum_minor, limits.charge_maximum_minor)


@lru_cache(maxsize=64)
def _bounds(currency: str, rules: Rules, least_minor: int, most_minor: int) -> tuple[Money, Money]:
    step = payable_step(currency)
    prices = range(0, most_minor + 1, step)

    def all_in(price_minor: int) -> int:
        return rules.all_in(Money(price_minor, currency)).amount_minor

    lowest = max(prices[min(bisect_left(prices, least_minor, key=all_in), len(prices) - 1)], step)
    highest = prices[max(bisect_right(prices, most_minor, key=all_in) - 1, 0)]
    return Money(lowest, currency), Money(highest, currency)
