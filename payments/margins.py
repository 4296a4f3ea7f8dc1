"""What the site keeps of a price, exactly: fractions of minor units, rounded once and against the site.

The expectation over many orders, since payouts, refunds and chargebacks are shared by them: Stripe keeps its fee of a
refunded payment, the fees that the site had earned of it go back.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fractions import Fraction
from math import floor
from typing import Protocol

from marketplace.kernel import currencies
from marketplace.kernel.money import Money, exponent

_WHOLE_BP = 10_000
_PRICES = (5, 20, 100)
_HIGHEST, _STEPS_PER_UNIT = 200, 2


class FeeRules(Protocol):
    """The site's fees, as whoever sells knows them."""

    def buyer_fee(self, price: Money) -> Money: ...

    def seller_fee(self, kept: Money) -> Money: ...


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares in 1/10,000, amounts in minor units of one currency."""

    region_bp: int = 150
    region_fixed_minor: int = 25
    near_bp: int = 250
    near_fixed_minor: int = 25
    near_share_bp: int = 1_000  # of all payments
    world_bp: int = 325
    world_fixed_minor: int = 25
    world_share_bp: int = 1_000
    payout_bp: int = 25
    payout_fixed_minor: int = 10
    orders_per_payout: int = 3
    account_month_minor: int = 200  # per seller who is paid in a month
    orders_per_account_month: int = 6
    refund_share_bp: int = 500
    dispute_share_bp: int = 30
    dispute_fee_minor: int = 2_000

    @property
    def region_share_bp(self) -> int:
        return _WHOLE_BP - self.near_share_bp - self.world_share_bp


@dataclass(frozen=True, slots=True)
class Margin:
    """One price; every part as the site sees it, costs negative, each rounded for itself."""

    price: Money
    paid: Money  # by the buyer, all in
    fees: Money
    card: Money
    payouts: Money
    refunds: Money
    disputes: Money
    keeps: Money  # of the exact parts, rounded down

    @property
    def is_loss(self) -> bool:
        return self.keeps.amount_minor < 0


def unit(currency: str) -> int:
    """What a euro buys, in minor units and in round numbers: 100 for EUR, USD and GBP, 150 for JPY."""
    return currencies.sized(100, currency) or 10 ** max(exponent(currency), 2)


def list_rates(currency: str) -> Rates:
    """Stripe's list prices in the euro area, in amounts of about that size: where a site begins."""
    amounts = {name: value for name, value in asdict(Rates()).items() if name.endswith("_minor")}
    return Rates(**{name: value * unit(currency) // 100 for name, value in amounts.items()})


def margins(rates: Rates, rules: FeeRules, currency: str) -> list[Margin]:
    """Of 5, 20 and 100, or what that is in the currency."""
    return [margin(rates, rules, Money(price * unit(currency), currency)) for price in _PRICES]


def margin(rates: Rates, rules: FeeRules, price: Money) -> Margin:
    buyer_fee, seller_fee = rules.buyer_fee(price), rules.seller_fee(price)
    paid, earned = price + buyer_fee, buyer_fee + seller_fee
    refunded = Fraction(rates.refund_share_bp, _WHOLE_BP)
    parts = [
        Fraction(earned.amount_minor),
        -_card(rates, paid.amount_minor),
        -(1 - refunded) * _payout(rates, (price - seller_fee).amount_minor),
        -refunded * earned.amount_minor,
        -Fraction(rates.dispute_share_bp * rates.dispute_fee_minor, _WHOLE_BP),
    ]
    keeps = Money(floor(sum(parts, Fraction())), price.currency)
    fees, card, payout, refunds, disputes = (Money(_rounded(part), price.currency) for part in parts)
    return Margin(price, paid, fees, card, payout, refunds, disputes, keeps)


def _rounded(part: Fraction) -> int:
    """To the nearest minor unit, halves away from the site's side."""
    return -floor(-part + Fraction(1, 2))


def _card(rates: Rates, paid_minor: int) -> Fraction:
    """Stripe's fee, averaged over where cards come from."""
    regions = (
        (rates.region_share_bp, rates.region_bp, rates.region_fixed_minor),
        (rates.near_share_bp, rates.near_bp, rates.near_fixed_minor),
        (rates.world_share_bp, rates.world_bp, rates.world_fixed_minor),
    )
    return sum(
        (Fraction(share, _WHOLE_BP) * (Fraction(paid_minor * bp, _WHOLE_BP) + fixed) for share, bp, fixed in regions),
        Fraction(),
    )


def _payout(rates: Rates, share_minor: int) -> Fraction:
    """An order's part of what it costs to pay its seller."""
    return (
        Fraction(share_minor * rates.payout_bp, _WHOLE_BP)
        + Fraction(rates.payout_fixed_minor, rates.orders_per_payout)
        + Fraction(rates.account_month_minor, rates.orders_per_account_month)
    )


def minimum_price(rates: Rates, rules: FeeRules, currency: str) -> Money | None:
    """The lowest price, in half units, from which on the site never loses, as far as 200; None: it loses at 200."""
    step = unit(currency) // _STEPS_PER_UNIT
    lowest = None
    for minor in range(_HIGHEST * unit(currency), 0, -step):
        price = Money(minor, currency)
        if margin(rates, rules, price).is_loss:
            return lowest
        lowest = price
    return lowest
