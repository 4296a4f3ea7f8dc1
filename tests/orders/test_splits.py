"""A decision's amounts always sum to what was paid, and each is rounded the way it says."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.money import Money, zero
from orders import terms as frozen
from orders.rules import Rules
from orders.splits import Piece, Stake, keep, split
from tests.orders.scenes import ALL_IN, PRICE, QUESTIONS, TERMS, eur


def stake(*prices: int, currency: str = "EUR") -> Stake:
    """Payments one after the other, each with the fee that the running total has more."""
    rules, pieces, before = Rules(), [], zero(currency)
    for number, minor in enumerate(prices, 1):
        price = Money(minor, currency)
        fee = rules.buyer_fee(before + price) - (rules.buyer_fee(before) if before else before)
        pieces.append(Piece(uuid.UUID(int=number), price, fee))
        before += price
    return Stake(tuple(pieces), rules)


OF_TERMS = stake(PRICE)
prices = st.lists(st.integers(1, 10_000_000), min_size=1, max_size=4)


@given(prices=prices, percent=st.integers(0, 100), currency=st.sampled_from(["EUR", "JPY", "KWD"]))
def test_parts_sum_to_what_was_paid(prices: list[int], percent: int, currency: str) -> None:
    held = stake(*prices, currency=currency)
    found = split(held, percent)
    assert found.total == held.all_in
    assert found.seller_receives + found.fees + found.refund == held.all_in
    assert found.seller_fee == Rules().seller_fee(found.price)
    for piece, part in zip(held.pieces, found.parts, strict=True):
        assert part.charge_id == piece.charge_id
        assert part.price + part.buyer_fee + part.refund == piece.price + piece.buyer_fee
        amounts = [part.price, part.seller_fee, part.buyer_fee, part.refund, part.price - part.seller_fee]
        assert all(amount.amount_minor >= 0 for amount in amounts)
        assert part.price or not part.buyer_fee


@given(prices=prices)
def test_the_whole_price_leaves_nothing_to_refund(prices: list[int]) -> None:
    held = stake(*prices)
    assert (split(held, 100).refund, split(held, 100).price) == (eur(0), held.price)
    assert (split(held, 0).refund, split(held, 0).fees) == (held.all_in, eur(0))


@given(prices=prices, share=st.floats(0, 1))
def test_the_buyers_fee_is_rounded_for_the_buyer(prices: list[int], share: float) -> None:
    held = stake(*prices)
    whole, fee = held.price.amount_minor, held.buyer_fee.amount_minor
    kept = int(whole * share)
    back = fee - keep(held, eur(kept)).buyer_fee.amount_minor
    exact = fee * (whole - kept)
    # Up by less than a minor unit; by one more where several payments were rounded each for itself.
    assert exact <= back * whole < exact + whole * len(prices) or back == fee


@given(prices=prices, low=st.integers(0, 100), high=st.integers(0, 100))
def test_a_higher_part_never_gives_the_seller_less(prices: list[int], low: int, high: int) -> None:
    held = stake(*prices)
    first, second = split(held, min(low, high)), split(held, max(low, high))
    assert first.price <= second.price
    assert second.refund <= first.refund


def test_exact_amounts() -> None:
    part = split(OF_TERMS, 70)
    assert (part.price, part.seller_fee, part.buyer_fee, part.refund) == (eur(4_060), eur(406), eur(121), eur(1_793))


def test_the_oldest_payment_pays_the_seller_first() -> None:
    first, second = keep(stake(5_000, 1_000), eur(5_500)).parts
    assert (first.price, first.seller_fee, first.buyer_fee, first.refund) == (eur(5_000), eur(500), eur(150), eur(0))
    assert (second.price, second.seller_fee, second.buyer_fee, second.refund) == (eur(500), eur(50), eur(15), eur(515))


def test_the_ends() -> None:
    assert split(OF_TERMS, 100).refund == eur(0)
    assert split(OF_TERMS, 0).refund == eur(ALL_IN)
    # A share that rounds to nothing is nothing: all of it goes back.
    assert split(stake(1), 1).refund == stake(1).all_in


@pytest.mark.parametrize("minor", [-1, PRICE + 1])
def test_not_a_part_of_the_price(minor: int) -> None:
    with pytest.raises(ValueError, match="58.00"):
        keep(OF_TERMS, eur(minor))


@pytest.mark.parametrize("percent", [-1, 101])
def test_not_a_percentage(percent: int) -> None:
    with pytest.raises(ValueError, match="not a percentage"):
        split(OF_TERMS, percent)


def test_terms_survive_json() -> None:
    import json

    from accounts.contracts import WeeklyHours

    terms = replace(TERMS, questions=QUESTIONS, hours=WeeklyHours("Europe/Lisbon", ((0, 540, 1080),)))
    assert frozen.from_json(json.loads(json.dumps(frozen.to_json(terms)))) == terms


def test_an_old_snapshot_without_a_rule_gets_its_default() -> None:
    data = frozen.to_json(TERMS)
    del data["rules"]["resumed_minimum"]
    assert frozen.from_json(data).rules == Rules()
