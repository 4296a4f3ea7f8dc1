"""Both sides of a price, and what others ask."""

from __future__ import annotations

from gigs.amounts import price_problem
from gigs.models import Category
from gigs.services.fees import rules_in
from marketplace.kernel import currencies, money


def price_split(typed: object, currency: str, category: Category | None = None) -> dict[str, money.Money] | None:
    """What the seller receives under the category's fee and buyers pay, or None while it is no price."""
    try:
        amount = money.parse(str(typed), currency)
    except ValueError:
        return None
    if price_problem(amount.amount_minor, currency):
        return None
    rules = rules_in(category, currency)
    return {"receives": amount - rules.seller_fee(amount), "all_in": rules.all_in(amount)}


def usual_prices(category: Category | None, currency: str) -> dict[str, money.Money]:
    """What first packages of a category cost, about; kept in euro cents."""
    if category is None:
        return {}
    ends = {"usual_low": category.usual_low_minor, "usual_high": category.usual_high_minor}
    sized = {name: currencies.sized(amount, currency) for name, amount in ends.items()}
    return {name: money.Money(amount, currency) for name, amount in sized.items() if amount}
