from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from marketplace.kernel import currencies
from marketplace.kernel.money import LARGEST_MINOR, payable_step
from orders import terms
from orders.prices import bounds_under
from orders.rules import AMOUNTS
from orders.splits import WHOLE
from payments import api as payments


@register()
def order_rules_are_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A misspelt, mistyped or missing rule is found at start, not when the first order freezes it."""
    return [message for code in currencies.settled() for message in _rules(code)] or [*_currency_rules()]


def _rules(code: str) -> Iterator[CheckMessage]:
    try:
        found = terms.rules_with(code, {})  # the settings alone: there may be no database yet
        lowest, highest = bounds_under(code, found)
    except currencies.MissingAmounts as error:
        yield Error(f"{error}: nothing could be ordered in it.", hint=currencies.how_to_say(error), id="orders.E002")
    except (TypeError, ValueError) as error:
        yield Error(str(error), id="orders.E001")
    else:
        if found.buyer_fee_minimum_minor > found.buyer_fee_maximum_minor:
            yield Error(f"CURRENCY_RULES: the least buyer's fee in {code} is above the highest.", id="orders.E003")
        if lowest > highest:
            yield Error(f"CURRENCY_RULES: between the limits of {code} there is room for no price.", id="orders.E007")
        for name in ("overdue_undelivered_percent", "overdue_delivered_percent", "overdue_disputed_percent"):
            if not 0 <= getattr(found, name) <= WHOLE:
                yield Error(f"ORDER_RULES: {name} is a percentage, from 0 to {WHOLE}.", id="orders.E008")


def _currency_rules() -> Iterator[CheckMessage]:
    """What a site wrote for itself: names that exist, amounts that can be."""
    known = {*AMOUNTS, *payments.LIMITS}
    for code, own in settings.CURRENCY_RULES.items():
        for name, value in own.items():
            if name not in known:
                yield Error(f"CURRENCY_RULES: {code} has {name!r}, which is no amount of the site.",
                            hint=f"There are {', '.join(sorted(known))}.", id="orders.E004")  # fmt: skip
            elif type(value) is not int or not 0 <= value <= LARGEST_MINOR:
                yield Error(f"CURRENCY_RULES: {name} of {code} must be whole minor units, not {value!r}.",
                            id="orders.E005")  # fmt: skip
            elif value % payable_step(code):
                yield Error(f"CURRENCY_RULES: {name} of {code} must be a multiple of {payable_step(code)}, "
                            "the smallest step that Stripe takes.", id="orders.E006")  # fmt: skip
