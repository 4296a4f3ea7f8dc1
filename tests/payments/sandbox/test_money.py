"""Balances to the minor unit."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.payments.sandbox import scenes
from tests.payments.sandbox.scenes import balance
from tests.support.processes import wait_until
from tests.support.sandbox import SandboxProcess


def test_a_charge_is_pending_less_the_fee_and_then_available(
    sandbox: SandboxProcess, client: stripe.StripeClient
) -> None:
    scenes.charge(sandbox, client, 1999)
    assert balance(client) == (0, 1999 - 30 - 25)
    sandbox.control("funds/release")
    assert balance(client) == (1944, 0)
    scenes.charge(sandbox, client, 1000, card="4000000000000077")
    assert balance(client) == (1944 + 960, 0)


def test_transfers_of_a_charge_stay_within_it_and_wait_for_it(
    sandbox: SandboxProcess, client: stripe.StripeClient
) -> None:
    charge, seller = scenes.charge(sandbox, client), scenes.seller(sandbox, client)
    scenes.charge(sandbox, client)
    params: Any = {"currency": "eur", "destination": seller, "source_transaction": charge.id}
    first = client.v1.transfers.create(params | {"amount": 6000})
    assert (first.transfer_group, first.source_transaction) == ("order-1", charge.id)
    assert balance(client, seller) == (0, 6000)
    with pytest.raises(stripe.InvalidRequestError, match="must not exceed the source amount"):
        client.v1.transfers.create(params | {"amount": 4001})
    client.v1.transfers.reversals.create(first.id, {"amount": 1000})
    client.v1.transfers.create(params | {"amount": 5000})
    assert balance(client, seller) == (0, 10_000)
    sandbox.control("funds/release")
    assert balance(client, seller) == (10_000, 0)


def test_a_transfer_needs_balance_currency_and_capability(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge, seller = scenes.charge(sandbox, client), scenes.seller(sandbox, client)
    plain: Any = {"amount": 100, "currency": "eur", "destination": seller}
    with pytest.raises(stripe.InvalidRequestError) as poor:
        client.v1.transfers.create(plain)
    assert poor.value.code == "balance_insufficient"
    with pytest.raises(stripe.InvalidRequestError, match="must be the same as the transfer currency"):
        client.v1.transfers.create(plain | {"currency": "usd", "source_transaction": charge.id})
    sandbox.control("accounts/judge", account=seller, status="restricted")
    with pytest.raises(stripe.InvalidRequestError) as unable:
        client.v1.transfers.create(plain | {"source_transaction": charge.id})
    assert unable.value.code == "insufficient_capabilities_for_transfer"
    assert client.v1.transfers.list().data == []


def test_refunds_take_from_the_balance_and_not_more_than_is_left(
    sandbox: SandboxProcess, client: stripe.StripeClient
) -> None:
    charge = scenes.charge(sandbox, client)
    client.v1.refunds.create({"charge": charge.id, "amount": 9000})
    assert balance(client) == (0, 10_000 - 175 - 9000)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        client.v1.refunds.create({"charge": charge.id, "amount": 1001})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"charge": charge.id, "amount": 0})


@pytest.mark.parametrize(
    ("number", "status", "code", "left"),
    [("DE89370400440532013000", "paid", None, 300), ("DE89370400440532013002", "failed", "account_closed", 1000)],
)
def test_payouts_go_as_the_test_bank_account_says(
    sandbox: SandboxProcess, client: stripe.StripeClient, number: str, status: str, code: str | None, left: int
) -> None:
    seller = scenes.seller(sandbox, client, bank_number=number)
    sandbox.control("funds/add", account=seller, amount=1000)
    own: Any = {"stripe_account": seller}
    with pytest.raises(stripe.InvalidRequestError) as poor:
        client.v1.payouts.create({"amount": 1001, "currency": "eur"}, own)
    assert poor.value.code == "balance_insufficient"
    payout = client.v1.payouts.create({"amount": 700, "currency": "eur"}, own)
    assert (payout.status, balance(client, seller)) == ("pending", (300, 0))
    wait_until(lambda: client.v1.payouts.retrieve(payout.id, {}, own).status != "pending", seconds=5, what="the bank")
    done = client.v1.payouts.retrieve(payout.id, {}, own)
    assert (done.status, done.failure_code, balance(client, seller)) == (status, code, (left, 0))


def test_a_reversal_needs_the_seller_s_balance(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    seller = scenes.seller(sandbox, client)
    sandbox.control("funds/add", amount=1000)
    transfer = client.v1.transfers.create({"amount": 1000, "currency": "eur", "destination": seller})
    client.v1.payouts.create({"amount": 400, "currency": "eur"}, {"stripe_account": seller})
    with pytest.raises(stripe.InvalidRequestError) as poor:
        client.v1.transfers.reversals.create(transfer.id, {"amount": 601})
    assert poor.value.code == "balance_insufficient"
    client.v1.transfers.reversals.create(transfer.id, {"amount": 600})
    assert (balance(client), balance(client, seller)) == ((600, 0), (0, 0))
