"""Both sides of a price."""

from __future__ import annotations

from gigs.amounts import price_problem
from gigs.models import Category
from gigs.services.fees import rules_in
from marketplace.kernel import money


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
