"""The arithmetic of a decision: what the seller gets, what goes back, what the platform keeps.

Pure, in minor units. The seller's share of the price is rounded once, to what can be paid; the
seller's fee follows what they keep; the buyer's fee is refunded pro rata, rounded for the buyer. The
parts always sum to what was paid.
"""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.kernel.money import Money
from orders.contracts import Terms

WHOLE = 100


@dataclass(frozen=True, slots=True)
class Split:
    """One release (price, seller_fee, buyer_fee) and one refund; price + buyer_fee + refund = paid."""

    percent: int
    price: Money  # what the seller earns before their fee
    seller_fee: Money
    buyer_fee: Money  # what the platform keeps of the buyer's fee
    refund: Money

    @property
    def seller_receives(self) -> Money:
        return self.price - self.seller_fee

    @property
    def fees(self) -> Money:
        return self.seller_fee + self.buyer_fee

    @property
    def total(self) -> Money:
        return self.price + self.buyer_fee + self.refund


def split(terms: Terms, percent: int) -> Split:
    """``percent`` of the price to the seller, 0 to 100. Raises ValueError outside of that."""
    if not 0 <= percent <= WHOLE:
        raise ValueError(f"not a percentage: {percent}")
    price = terms.price.portion(percent, WHOLE)
    if not price:
        return _nothing_for_the_seller(terms, percent)
    fee_back = terms.buyer_fee.portion_up(WHOLE - percent, WHOLE)
    return Split(
        percent=percent,
        price=price,
        seller_fee=terms.rules.seller_fee(price),
        buyer_fee=terms.buyer_fee - fee_back,
        refund=terms.price - price + fee_back,
    )


def _nothing_for_the_seller(terms: Terms, percent: int) -> Split:
    """Everything goes back, the buyer's fee too; also where a share rounds to nothing."""
    nothing = Money(0, terms.currency)
    return Split(percent=percent, price=nothing, seller_fee=nothing, buyer_fee=nothing, refund=terms.all_in)
