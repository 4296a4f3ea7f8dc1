"""Thresholds per currency: shipped, a site's own, missing; frozen into each order."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from marketplace.kernel.money import Money
from orders import api
from orders import terms as frozen
from orders.checks import order_rules_are_known
from orders.contracts import PriceLine
from orders.models import Order
from orders.prices import price_bounds
from orders.rules import Rules
from orders.services import records
from orders.splits import Piece, Stake, split
from payments.errors import AmountOutOfRange, CurrencyNotSettled
from payments.models import Charge
from tests.orders.scenes import HOUR, TERMS, Desk, get

YEN = replace(TERMS, currency="JPY", lines=(PriceLine("Fifty", 1, 6_000),))


def test_shipped_amounts_have_the_same_size_in_every_currency() -> None:
    assert frozen.rules("EUR") == Rules()
    yen = frozen.rules("JPY")
    assert (yen.buyer_fee_minimum_minor, yen.buyer_fee_maximum_minor) == (75, 3_750)
    assert (yen.clearing_fast_limit_minor, yen.second_person_limit_minor) == (7_500, 75_000)
    assert yen.acceptance == Rules().acceptance
    assert frozen.rules("ISK").buyer_fee_minimum_minor == 7_500  # 75 krónur, in hundredths


def test_a_sites_own_amounts_and_durations(settings: Any) -> None:
    settings.CURRENCY_RULES = {"JPY": {"buyer_fee_minimum_minor": 100}}
    settings.ORDER_RULES = {"acceptance": timedelta(hours=5)}
    yen, euro = frozen.rules("JPY"), frozen.rules("EUR")
    assert (yen.buyer_fee_minimum_minor, yen.acceptance) == (100, timedelta(hours=5))
    assert (euro.buyer_fee_minimum_minor, euro.acceptance) == (50, timedelta(hours=5))


@pytest.mark.parametrize(
    ("changes", "ids", "said"),
    [
        ({}, [], ""),
        ({"SETTLEMENT_CURRENCIES": ["EUR", "USD", "JPY", "KWD", "ISK"]}, [], ""),
        ({"SETTLEMENT_CURRENCIES": ["EUR", "MGA"]}, ["orders.E002"], "MGA has no buyer_fee_minimum_minor"),
        ({"ORDER_RULES": {"undo_window": timedelta(1)}}, ["orders.E001"], "no rule 'undo_window'"),
        ({"ORDER_RULES": {"undo": 5}}, ["orders.E001"], "must be a timedelta"),
        ({"ORDER_RULES": {"clearing_fast_limit_minor": 5}}, ["orders.E001"], "write it per currency"),
        ({"CURRENCY_RULES": {"EUR": {"buyer_fee_minimum_minor": 2_600}}}, ["orders.E003"], "above the highest"),
        ({"CURRENCY_RULES": {"EUR": {"second_person": 1}}}, ["orders.E004"], "no amount of the site"),
        ({"CURRENCY_RULES": {"EUR": {"payout_minimum_minor": 10.5}}}, ["orders.E005"], "whole minor units"),
        ({"CURRENCY_RULES": {"EUR": {"payout_minimum_minor": -1}}}, ["orders.E005"], "whole minor units"),
        ({"CURRENCY_RULES": {"KWD": {"payout_minimum_minor": 1_234}}}, ["orders.E006"], "multiple of 10"),
        ({"CURRENCY_RULES": {"EUR": {"charge_maximum_minor": 50}}}, ["orders.E007"], "room for no price"),
    ],
)
def test_a_wrong_or_missing_amount_is_found_at_start(
    settings: Any, changes: dict[str, object], ids: list[str], said: str
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    found = order_rules_are_known(None)
    assert [message.id for message in found] == ids
    assert said in "".join(str(message.msg) for message in found)


@given(
    currency=st.sampled_from(["EUR", "JPY", "KWD", "ISK", "HUF"]),
    steps=st.integers(1, 100_000),
    percent=st.integers(0, 100),
)
def test_whatever_is_charged_refunded_or_released_can_be_paid(currency: str, steps: int, percent: int) -> None:
    step = {"KWD": 10, "ISK": 100}.get(currency, 1)
    terms = replace(TERMS, currency=currency, lines=(PriceLine("Work", 1, steps * step),), rules=frozen.rules(currency))
    part = split(Stake((Piece(uuid.uuid4(), terms.price, terms.buyer_fee),), terms.rules), percent)
    assert part.total == terms.all_in
    amounts = terms.all_in, terms.buyer_fee, part.refund, part.price, part.seller_receives, part.fees
    assert all(amount.is_payable for amount in amounts)
    assert all(amount.amount_minor >= 0 for amount in amounts)


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD", "ISK"])
def test_prices_stop_where_payments_do(currency: str) -> None:
    lowest, highest = price_bounds(currency)
    rules = frozen.rules(currency)
    step = Money({"KWD": 10, "ISK": 100}.get(currency, 1), currency)
    assert lowest.is_payable
    assert highest.is_payable
    assert (
        rules.all_in(highest).amount_minor
        <= {"EUR": 500_000, "JPY": 750_000, "KWD": 2_000_000, "ISK": 75_000_000}[currency]
        < rules.all_in(highest + step).amount_minor
    )


@pytest.mark.parametrize(
    ("currency", "minor", "refused"),
    [
        ("JPY", 746_251, AmountOutOfRange),
        ("KWD", 1_234, AmountOutOfRange),
        ("EUR", 497_501, AmountOutOfRange),
        ("EUR", 2**62, AmountOutOfRange),
        ("GBP", 5_000, CurrencyNotSettled),
    ],
)
def test_what_cannot_be_paid_is_not_ordered(
    desk: Desk, settings: Any, currency: str, minor: int, refused: type[Exception]
) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR", "JPY", "KWD"]
    terms = replace(TERMS, currency=currency, lines=(PriceLine("Fifty", 1, minor),), rules=frozen.rules(currency))
    with pytest.raises(refused), transaction.atomic():
        api.place_order(desk.draft(terms=terms), desk.at)
    assert not Order.objects.exists()
    assert not Charge.objects.exists()


def test_an_order_keeps_the_amounts_of_its_day(desk: Desk, settings: Any) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR", "JPY"]
    desk.terms = replace(YEN, rules=frozen.rules("JPY"))
    order = desk.in_progress()
    settings.CURRENCY_RULES = {"JPY": {"buyer_fee_minimum_minor": 500}}
    settings.SETTLEMENT_CURRENCIES = ["EUR"]
    assert get(order.pk).terms.rules.buyer_fee_minimum_minor == 75
    assert get(order.pk).all_in == Money(6_180, "JPY")


def test_an_old_snapshot_gets_the_amounts_that_it_lacks_in_its_own_currency() -> None:
    data = frozen.to_json(YEN)
    del data["rules"]["second_person_limit_minor"]
    assert frozen.from_json(data).rules.second_person_limit_minor == 75_000


def test_what_cleared_fast_in_yen_does_not_use_up_the_weeks_euros(desk: Desk, seller: User, settings: Any) -> None:
    settings.SETTLEMENT_CURRENCIES = ["EUR", "JPY"]
    desk.terms = replace(YEN, rules=frozen.rules("JPY"))
    desk.completed()
    later = desk.at + 3 * HOUR
    assert records.standing(seller.pk, "JPY", later, desk.terms.rules).fast_this_week_minor == 6_000
    assert records.standing(seller.pk, "EUR", later, desk.terms.rules).fast_this_week_minor == 0
