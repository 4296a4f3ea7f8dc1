"""The rules of an order from a gig: the site's, with the seller's fee of the gig's category where it has its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gigs.models import Category
from orders import api as orders
from orders.contracts import Rules


def rules_in(category: Category | None, currency: str) -> Rules:
    """Today's rules in a currency; ``category`` or one above it may have a fee of its own. Raises MissingAmounts."""
    rules = orders.rules(currency)
    if category is None or category.applied_fee_bp is None:
        return rules
    return replace(rules, seller_fee_bp=category.applied_fee_bp)


@dataclass(frozen=True, slots=True)
class OwnFee:
    """A category with a seller's fee of its own; it holds for everything below that says nothing else."""

    slug: str
    name: str
    url: str
    seller_fee_bp: int


def own_fees() -> list[OwnFee]:
    """For the page about fees. One query."""
    rows = Category.objects.open().exclude(seller_fee_bp=None)
    return [OwnFee(row.slug, row.label, row.get_absolute_url(), row.seller_fee_bp or 0) for row in rows]
