"""The platform's own money: top-ups, payouts, reversals; and that every movement adds up to the balance."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.payments.sandbox import scenes
from tests.payments.sandbox.scenes import balance, events
from tests.support.processes import wait_until
from tests.support.sandbox import SandboxProcess


def entries(client: stripe.StripeClient, **params: Any) -> list[tuple[str, int]]:
    """Type and net amount of the platform's balance transactions, oldest first."""
    pages = client.v1.balance_transactions.list(params | {"limit": 100}).auto_paging_iter()  # type: ignore[arg-type]
    return [(entry.type, entry.net) for entry in pages][::-1]


def test_a_top_up_arrives_fails_and_is_taken_back(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    first = client.v1.topups.create({"amount": 2_000, "currency": "eur", "metadata": {"op_id": "1"}})
    assert (first.status, balance(client)) == ("pending", (0, 0))
    second = client.v1.topups.create({"amount": 1, "currency": "eur"})
    assert client.v1.topups.cancel(second.id).status == "canceled"
    wait_until(lambda: client.v1.topups.retrieve(first.id).status == "succeeded", seconds=5, what="the top-up")
    assert balance(client) == (2_000, 0)
    assert sandbox.control("topups/fail", topup=first.id)["status"] == "reversed"
    assert [found.id for found in client.v1.topups.list({"status": "canceled"}).data] == [second.id]
    assert entries(client) == [("topup", 2_000), ("topup_reversal", -2_000)]
    assert events(client, "topup.") == [
        "topup.created", "topup.created", "topup.canceled", "topup.succeeded", "topup.reversed",
    ]  # fmt: skip


def test_the_platform_s_payout_arrives_and_comes_back(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    sandbox.control("funds/add", amount=5_000)
    paid = client.v1.payouts.create({"amount": 3_000, "currency": "eur"})
    assert sandbox.control("payouts/settle", payout=paid.id)["status"] == "paid"
    returned = sandbox.control("payouts/fail", payout=paid.id, code="could_not_process")
    assert (returned["status"], returned["failure_code"]) == ("failed", "could_not_process")
    assert balance(client) == (5_000, 0)
    sandbox.control("platform/bank", bank_number="DE62370400440532013001")
    failing = client.v1.payouts.create({"amount": 1_000, "currency": "eur"})
    assert sandbox.control("payouts/settle", payout=failing.id)["failure_code"] == "no_account"
    assert events(client, "payout.") == [
        "payout.created", "payout.paid", "payout.updated", "payout.failed", "payout.created", "payout.failed",
    ]  # fmt: skip
    assert entries(client, type="payout_failure") == [("payout_failure", 3_000), ("payout_failure", 1_000)]
    with pytest.raises(stripe.InvalidRequestError, match="only be filtered on automatic"):
        client.v1.balance_transactions.list({"payout": paid.id})


def test_reversals_in_parts_are_listed_in_their_transfer(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    sandbox.control("funds/add", amount=1_000)
    seller = scenes.seller(sandbox, client)
    transfer = client.v1.transfers.create({"amount": 1_000, "currency": "eur", "destination": seller})
    for amount in (300, 700):
        client.v1.transfers.reversals.create(transfer.id, {"amount": amount})
    read = client.v1.transfers.retrieve(transfer.id)
    assert [reversal.amount for reversal in read.reversals.data] == [700, 300]
    assert (read.reversed, read.amount_reversed, balance(client)) == (True, 1_000, (1_000, 0))
    with pytest.raises(stripe.InvalidRequestError, match="already fully reversed"):
        client.v1.transfers.reversals.create(transfer.id)
    client.v1.transfers.update(transfer.id, {"metadata": {"a": "b"}})
    assert events(client, "transfer.") == [
        "transfer.created", "transfer.reversed", "transfer.reversed", "transfer.updated",
    ]  # fmt: skip
    own: Any = {"stripe_account": seller}
    payment = client.v1.charges.retrieve(str(transfer.destination_payment), {}, own)
    assert (payment.amount_refunded, payment.refunded) == (1_000, True)


def test_every_movement_adds_up_to_the_balance(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge, seller = scenes.charge(sandbox, client), scenes.seller(sandbox, client)
    other, disputed = scenes.charge(sandbox, client, 5_000), scenes.charge(sandbox, client, 3_000)
    params: Any = {"currency": "eur", "destination": seller, "source_transaction": charge.id}
    transfer = client.v1.transfers.create(params | {"amount": 8_000})
    client.v1.transfers.reversals.create(transfer.id, {"amount": 500})
    client.v1.refunds.create({"charge": other.id, "amount": 1_000})
    sandbox.control("refunds/fail", refund=client.v1.refunds.create({"charge": other.id, "amount": 700}).id)
    dispute = sandbox.control("disputes", charge=disputed.id)
    sandbox.control("disputes/decide", dispute=dispute["id"], outcome="won")
    sandbox.control("funds/add", amount=2_000)
    sandbox.control("funds/release")
    client.v1.payouts.cancel(client.v1.payouts.create({"amount": 10, "currency": "eur"}).id)
    client.v1.payouts.create({"amount": 100, "currency": "eur"})
    booked = entries(client)
    assert sum(net for _, net in booked) == sum(balance(client))
    assert {kind for kind, _ in booked} == {
        "charge", "transfer", "transfer_refund", "refund", "refund_failure", "adjustment", "topup", "payout",
        "payout_cancel",
    }  # fmt: skip
    assert entries(client, source=dispute["id"]) == [("adjustment", -4_500), ("adjustment", 3_000)]
    assert entries(client, currency="usd") == []
