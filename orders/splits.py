"""The arithmetic of an end: what the seller gets, what goes back, what the platform keeps, payment by payment.

Pure, in minor units. The seller's share of the price is rounded once, to what can be paid; the
seller's fee follows what they keep; the buyer's fee is refunded pro rata, rounded for the buyer. The
parts always sum to what was paid. Where several payments are at stake, the oldest pays the seller first.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from marketplace.kernel.money import Money, total
from orders.rules import Rules

WHOLE = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """One payment that is held."""

    charge_id: uuid.UUID
    price: Money
    buyer_fee: Money


@dataclass(frozen=True)
class Stake:
    """What an end divides: the payments of the step that runs, oldest first. At least one."""

    pieces: tuple[Piece, ...]
    rules: Rules

    @property
    def currency(self) -> str:
        return self.pieces[0].price.currency

    @cached_property
    def price(self) -> Money:
        return total([piece.price for piece in self.pieces], self.currency)

    @cached_property
    def buyer_fee(self) -> Money:
        return total([piece.buyer_fee for piece in self.pieces], self.currency)

    @property
    def all_in(self) -> Money:
        return self.price + self.buyer_fee


@dataclass(frozen=True, slots=True)
class Part:
    """What becomes of one payment: price + buyer_fee + refund = paid."""

    charge_id: uuid.UUID
    price: Money  # what the seller earns before their fee
    seller_fee: Money
    buyer_fee: Money  # what the platform keeps of the buyer's fee
    refund: Money


@dataclass(frozen=True)
class Split:
    """At most one release and one refund for each payment; all of them together sum to what was paid."""

    percent: int  # of the price to the seller, rounded for people
    currency: str
    parts: tuple[Part, ...]

    @cached_property
    def price(self) -> Money:
        return total([part.price for part in self.parts], self.currency)

    @cached_property
    def seller_fee(self) -> Money:
        return total([part.seller_fee for part in self.parts], self.currency)

    @cached_property
    def buyer_fee(self) -> Money:
        return total([part.buyer_fee for part in self.parts], self.currency)

    @cached_property
    def refund(self) -> Money:
        return total([part.refund for part in self.parts], self.currency)

    @property
    def seller_receives(self) -> Money:
        return self.price - self.seller_fee

    @property
    def fees(self) -> Money:
        return self.seller_fee + self.buyer_fee

    @property
    def total(self) -> Money:
        return self.price + self.buyer_fee + self.refund


def split(stake: Stake, percent: int) -> Split:
    """``percent`` of the price to the seller, 0 to 100. Raises ValueError outside of that."""
    if not 0 <= percent <= WHOLE:
        raise ValueError(f"not a percentage: {percent}")
    return replace(keep(stake, stake.price.portion(percent, WHOLE)), percent=percent)


def keep(stake: Stake, kept: Money) -> Split:
    """So much of the price to the seller; where that is nothing the buyer's fee goes back, too.

    Raises ValueError outside of the price.
    """
    part, whole = kept.amount_minor, stake.price.amount_minor
    if kept.currency != stake.currency or not 0 <= part <= whole:
        raise ValueError(f"{kept} of {stake.price}")
    fee_kept = stake.buyer_fee - stake.buyer_fee.portion_up(whole - part, whole)
    percent = (part * WHOLE + whole // 2) // whole
    return Split(percent, stake.currency, tuple(_parts(stake, kept, fee_kept)))


def _parts(stake: Stake, kept: Money, fee_kept: Money) -> Iterator[Part]:
    left, fee_left, before = kept, fee_kept, kept - kept
    for piece in stake.pieces:
        price = min(piece.price, left)
        fee = min(piece.buyer_fee, fee_left) if price else fee_left - fee_left
        seller_fee = stake.rules.seller_fee(before + price) - stake.rules.seller_fee(before)
        yield Part(piece.charge_id, price, seller_fee, fee, piece.price - price + piece.buyer_fee - fee)
        left, fee_left, before = left - price, fee_left - fee, before + price
