"""Refunds that wait, fail, are canceled and are tried again."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.payments.sandbox import scenes
from tests.payments.sandbox.scenes import balance, events
from tests.support.processes import wait_until
from tests.support.sandbox import SandboxProcess


def test_a_refund_that_fails_later_returns_the_money(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = scenes.charge(sandbox, client, card="4000000000005126")
    refund = client.v1.refunds.create({"charge": charge.id, "amount": 4000})
    assert refund.status == "succeeded"
    wait_until(lambda: client.v1.refunds.retrieve(refund.id).status == "failed", seconds=5, what="the failure")
    failed = client.v1.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
    returned: Any = failed.failure_balance_transaction
    assert (returned.type, returned.net, failed.failure_reason) == ("refund_failure", 4000, "expired_or_canceled_card")
    assert sum(balance(client)) == 10_000 - 175
    assert client.v1.charges.retrieve(charge.id).amount_refunded == 0
    assert events(client, "refund.") == ["refund.created", "refund.updated", "refund.failed"]
    assert events(client, "charge.refund") == ["charge.refunded", "charge.refund.updated"]
    assert client.v1.refunds.create({"charge": charge.id, "amount": 4000}).id != refund.id


def test_one_card_lets_a_refund_wait_for_its_bank(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = scenes.charge(sandbox, client, card="4000000000007726")
    refund = client.v1.refunds.create({"charge": charge.id, "amount": 4000})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    wait_until(lambda: client.v1.refunds.retrieve(refund.id).status == "succeeded", seconds=5, what="the bank")
    assert events(client, "refund.") == ["refund.created", "refund.updated"]


def test_without_balance_a_refund_waits_for_a_top_up(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = scenes.charge(sandbox, client)
    sandbox.control("balance/drain")
    refund = client.v1.refunds.create({"charge": charge.id})
    assert (refund.status, refund.pending_reason, refund.balance_transaction) == ("pending", "insufficient_funds", None)
    assert balance(client) == (0, 0)
    with pytest.raises(stripe.InvalidRequestError) as again:
        client.v1.refunds.create({"charge": charge.id})
    assert again.value.code == "charge_already_refunded"
    client.v1.topups.create({"amount": 10_500, "currency": "eur"})
    wait_until(lambda: client.v1.refunds.retrieve(refund.id).status == "succeeded", seconds=6, what="the top-up")
    assert sum(balance(client)) == 500
    assert events(client, "topup.") == ["topup.created", "topup.succeeded"]
    assert events(client, "refund.") == ["refund.created", "refund.updated"]


def test_without_balance_a_refund_is_refused_where_that_was_chosen(
    sandbox: SandboxProcess, client: stripe.StripeClient
) -> None:
    charge = scenes.charge(sandbox, client)
    sandbox.control("balance/drain")
    sandbox.control("refunds/policy", policy="refuse")
    with pytest.raises(stripe.InvalidRequestError) as poor:
        client.v1.refunds.create({"charge": charge.id})
    assert poor.value.code == "balance_insufficient"
    assert client.v1.charges.retrieve(charge.id).amount_refunded == 0


def test_a_waiting_refund_can_be_canceled_and_made_again(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = scenes.charge(sandbox, client)
    sandbox.control("balance/drain")
    first = client.v1.refunds.create({"charge": charge.id})
    with pytest.raises(stripe.InvalidRequestError, match="Canceling this refund is unsupported"):
        client.v1.refunds.cancel(first.id)
    assert sandbox.control("refunds/cancel", refund=first.id)["status"] == "canceled"
    second = client.v1.refunds.create({"charge": charge.id})
    sandbox.control("refunds/require_action", refund=second.id)
    canceled = client.v1.refunds.cancel(second.id)
    assert (canceled.status, canceled.failure_reason) == ("canceled", "merchant_request")
    assert client.v1.charges.retrieve(charge.id).amount_refunded == 0


def test_too_much_names_both_amounts(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = scenes.charge(sandbox, client)
    client.v1.refunds.create({"charge": charge.id, "amount": 9000})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"charge": charge.id, "amount": 1001})
    message = "Refund amount (€10.01) is greater than unrefunded amount on charge (€10.00)"
    assert (refused.value.user_message, refused.value.param) == (message, "amount")
    with pytest.raises(stripe.InvalidRequestError, match="One of the following params"):
        client.v1.refunds.create({"amount": 1})
