"""A decision's amounts always sum to what was paid, and each is rounded the way it says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders import terms as frozen
from orders.contracts import PriceLine, Terms
from orders.rules import Rules
from orders.splits import split
from tests.orders.scenes import ALL_IN, QUESTIONS, TERMS, eur


def of_price(minor: int, currency: str = "EUR") -> Terms:
    return replace(TERMS, lines=(PriceLine("Work", 1, minor),), currency=currency)


@given(price=st.integers(1, 10_000_000), percent=st.integers(0, 100), currency=st.sampled_from(["EUR", "JPY", "KWD"]))
def test_parts_sum_to_what_was_paid(price: int, percent: int, currency: str) -> None:
    terms = of_price(price, currency)
    part = split(terms, percent)
    assert part.total == terms.all_in
    assert part.seller_receives + part.fees + part.refund == terms.all_in
    amounts = [part.price, part.seller_fee, part.buyer_fee, part.refund, part.seller_receives]
    assert all(amount.amount_minor >= 0 for amount in amounts)


@given(price=st.integers(1, 10_000_000), percent=st.integers(0, 99))
def test_the_buyers_fee_is_rounded_for_the_buyer(price: int, percent: int) -> None:
    terms = of_price(price)
    back = terms.buyer_fee - split(terms, percent).buyer_fee
    assert back.amount_minor * 100 >= terms.buyer_fee.amount_minor * (100 - percent)
    assert (
        (back.amount_minor - 1) * 100 < terms.buyer_fee.amount_minor * (100 - percent)
        or percent == 0
        or back == terms.buyer_fee
    )


@given(price=st.integers(1, 10_000_000), low=st.integers(0, 100), high=st.integers(0, 100))
def test_a_higher_part_never_gives_the_seller_less(price: int, low: int, high: int) -> None:
    terms = of_price(price)
    first, second = split(terms, min(low, high)), split(terms, max(low, high))
    assert first.price <= second.price
    assert second.refund <= first.refund


def test_exact_amounts() -> None:
    part = split(TERMS, 70)
    assert (part.price, part.seller_fee, part.buyer_fee, part.refund) == (eur(4_060), eur(406), eur(121), eur(1_793))


def test_the_ends() -> None:
    assert split(TERMS, 100).refund == eur(0)
    assert split(TERMS, 0).refund == eur(ALL_IN)
    # A share that rounds to nothing is nothing: all of it goes back.
    assert split(of_price(1), 1).refund == of_price(1).all_in


@pytest.mark.parametrize("percent", [-1, 101])
def test_not_a_percentage(percent: int) -> None:
    with pytest.raises(ValueError, match="not a percentage"):
        split(TERMS, percent)


def test_terms_survive_json() -> None:
    import json

    from accounts.contracts import WeeklyHours

    terms = replace(TERMS, questions=QUESTIONS, hours=WeeklyHours("Europe/Lisbon", ((0, 540, 1080),)))
    assert frozen.from_json(json.loads(json.dumps(frozen.to_json(terms)))) == terms


def test_an_old_snapshot_without_a_rule_gets_its_default() -> None:
    data = frozen.to_json(TERMS)
    del data["rules"]["resumed_minimum"]
    assert frozen.from_json(data).rules == Rules()
