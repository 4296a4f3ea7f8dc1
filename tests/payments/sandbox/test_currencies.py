"""Amounts that Stripe takes, currency by currency (https://docs.stripe.com/currencies)."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.payments.sandbox import scenes
from tests.support.sandbox import SandboxProcess


def order(client: stripe.StripeClient, amount: int, currency: str) -> Any:
    return client.v1.checkout.sessions.create(scenes.session_params(amount, currency))


@pytest.mark.parametrize(
    ("currency", "least", "largest"),
    [
        ("eur", 50, 99_999_999),
        ("gbp", 30, 99_999_999),
        ("jpy", 50, 99_999_999),
        ("huf", 17_500, 99_999_999),
        ("czk", 1_500, 99_999_999),
        ("kwd", 500, 99_999_990),
        ("isk", 100, 99_999_900),
        ("idr", 50, 999_999_999_999),
    ],
)
def test_the_least_and_the_largest(client: stripe.StripeClient, currency: str, least: int, largest: int) -> None:
    assert order(client, least, currency).amount_total == least
    assert order(client, largest, currency).amount_total == largest
    step = {"kwd": 10, "isk": 100}.get(currency, 1)
    for amount, code in ((least - step, "amount_too_small"), (largest + step, "amount_too_large")):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            order(client, amount, currency)
        assert refused.value.code == code


@pytest.mark.parametrize(("currency", "amount"), [("kwd", 5_001), ("bhd", 999), ("isk", 550), ("ugx", 10_050)])
def test_fractions_that_no_card_network_carries(client: stripe.StripeClient, currency: str, amount: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        order(client, amount, currency)
    assert refused.value.code == "invalid_amount"


def test_refunds_of_three_decimals_end_in_0(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    sandbox.pay(order(client, 10_000, "kwd").id)
    charge = client.v1.charges.list().data[0].id
    with pytest.raises(stripe.InvalidRequestError, match="must end in 0"):
        client.v1.refunds.create({"charge": charge, "amount": 1_001})
    assert client.v1.refunds.create({"charge": charge, "amount": 1_010}).amount == 1_010


def test_payouts_in_forints_are_whole(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    sandbox.control("funds/add", amount=1_045, currency="huf")
    with pytest.raises(stripe.InvalidRequestError, match="divisible by 100"):
        client.v1.payouts.create({"amount": 1_045, "currency": "huf"})
    assert client.v1.payouts.create({"amount": 1_000, "currency": "huf"}).amount == 1_000


@pytest.mark.parametrize("currency", ["euros", "€", "e1r", ""])
def test_no_currency(client: stripe.StripeClient, currency: str) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payouts.create({"amount": 1_000, "currency": currency})


def test_balances_stand_side_by_side(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    for currency in ("eur", "jpy"):
        sandbox.pay(order(client, 5_000, currency).id)
    sandbox.control("funds/add", amount=7, currency="jpy")
    found = client.v1.balance.retrieve()
    assert [(part.currency, part.amount) for part in found.available] == [("eur", 0), ("jpy", 7)]
    assert [(part.currency, part.amount) for part in found.pending] == [("eur", 4_900), ("jpy", 4_925)]
