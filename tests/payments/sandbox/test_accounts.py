"""Connected accounts after their onboarding: another bank, a capability lost, a connection cut, an account closed."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.payments.sandbox import scenes
from tests.payments.sandbox.scenes import events
from tests.support.processes import wait_until
from tests.support.sandbox import SandboxProcess

RECIPIENT = "v2.core.account[configuration.recipient]"
OTHER_BANK = "DE62370400440532013001"


def thin_events(client: stripe.StripeClient, account: str) -> list[str]:
    return [event.type for event in client.v2.core.events.list({"object_id": account, "limit": 100}).data][::-1]


def test_another_bank_account(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    seller = scenes.seller(sandbox, client)
    first = client.v1.accounts.external_accounts.list(seller).data[0]
    thin = len(thin_events(client, seller))
    sandbox.control("accounts/bank", account=seller, bank_number=OTHER_BANK)
    second: Any = client.v1.accounts.external_accounts.list(seller).data[0]
    assert (second.id != first.id, second.last4, second.object) == (True, "3001", "bank_account")
    assert events(client, "account.external_account.", seller) == [
        "account.external_account.created",
        "account.external_account.updated",
    ]
    assert f"{RECIPIENT}.updated" in thin_events(client, seller)[thin:]
    assert client.v1.accounts.external_accounts.retrieve(seller, first.id).id == first.id
    with pytest.raises(AssertionError, match="Invalid account number"):
        sandbox.control("accounts/bank", account=seller, bank_number="nothing")


def test_the_platform_may_name_it_too(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    seller = scenes.seller(sandbox, client)
    bank: Any = {"object": "bank_account", "country": "DE", "currency": "eur", "account_number": OTHER_BANK}
    made: Any = client.v1.accounts.external_accounts.create(seller, {"external_account": bank})
    assert (made.last4, made.default_for_currency) == ("3001", True)
    with pytest.raises(stripe.InvalidRequestError, match="cannot delete the default"):
        client.v1.accounts.external_accounts.delete(seller, made.id)


def test_a_capability_that_is_lost_and_regained(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    seller = scenes.seller(sandbox, client)
    sandbox.control("funds/add", account=seller, amount=500)
    sandbox.control("accounts/judge", account=seller, status="restricted", due=["individual.id_number"])
    account = client.v1.accounts.retrieve(seller)
    wanted = account.requirements
    assert wanted is not None
    assert (wanted.past_due, wanted.disabled_reason) == (["individual.id_number"], "requirements.past_due")
    assert client.v1.accounts.capabilities.retrieve(seller, "transfers").status == "inactive"
    read: Any = client.v2.core.accounts.retrieve(seller, {"include": ["configuration.recipient", "requirements"]})
    assert read.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status == "restricted"
    assert [entry.description for entry in read.requirements.entries] == ["individual.id_number"]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payouts.create({"amount": 500, "currency": "eur"}, {"stripe_account": seller})
    assert refused.value.code == "payouts_not_allowed"
    sandbox.control("accounts/judge", account=seller, status="active")
    assert client.v1.payouts.create({"amount": 500, "currency": "eur"}, {"stripe_account": seller}).amount == 500
    assert events(client, "capability.", seller) == ["capability.updated"] * 3
    assert thin_events(client, seller).count(f"{RECIPIENT}.capability_status_updated") == 3


def test_something_is_due_but_not_yet(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    seller = scenes.seller(sandbox, client)
    sandbox.control("accounts/judge", account=seller, status="active", due="individual.verification.document")
    wanted = client.v1.accounts.retrieve(seller).requirements
    assert wanted is not None
    assert (wanted.currently_due, wanted.past_due) == (["individual.verification.document"], [])
    assert wanted.current_deadline
    read: Any = client.v2.core.accounts.retrieve(seller, {"include": ["requirements"]})
    assert read.requirements.summary.minimum_deadline.status == "currently_due"


def test_a_capability_is_asked_for_by_itself(client: stripe.StripeClient) -> None:
    made = client.v1.accounts.create({"type": "express", "country": "FR"})
    assert client.v1.accounts.capabilities.list(made.id).data == []
    asked = client.v1.accounts.capabilities.update(made.id, "transfers", {"requested": True})
    assert (asked.status, asked.requested) == ("inactive", True)
    assert [found.id for found in client.v1.accounts.capabilities.list(made.id).data] == ["transfers"]


def test_a_connection_that_was_cut(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    seller = scenes.seller(sandbox, client)
    sandbox.control("funds/add", amount=1000)
    sandbox.control("accounts/deauthorize", account=seller)
    for ask in (
        lambda: client.v1.accounts.retrieve(seller),
        lambda: client.v2.core.accounts.retrieve(seller),
        lambda: client.v1.balance.retrieve({}, {"stripe_account": seller}),
    ):
        with pytest.raises(stripe.PermissionError, match="may have been revoked"):
            ask()
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.transfers.create({"amount": 5, "currency": "eur", "destination": seller})
    assert sandbox.sent("account.application.deauthorized")["account"] == seller


def test_a_closed_account_is_neither_paid_nor_paid_out(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    seller = scenes.seller(sandbox, client)
    sandbox.control("funds/add", amount=1000)
    transfer = client.v1.transfers.create({"amount": 100, "currency": "eur", "destination": seller})
    with pytest.raises(stripe.InvalidRequestError, match="balance that is not zero"):
        client.v2.core.accounts.close(seller, {})
    client.v1.transfers.reversals.create(transfer.id)
    assert client.v2.core.accounts.close(seller, {}).closed
    with pytest.raises(stripe.InvalidRequestError) as unable:
        client.v1.transfers.create({"amount": 100, "currency": "eur", "destination": seller})
    assert unable.value.code == "insufficient_capabilities_for_transfer"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payouts.create({"amount": 1, "currency": "eur"}, {"stripe_account": seller})
    assert refused.value.code == "payouts_not_allowed"
    assert thin_events(client, seller)[-3:] == [
        "v2.core.account.closed",
        "v2.core.account.updated",
        "v2.core.account[requirements].updated",
    ]


def test_after_a_payout_to_a_bank_account_that_is_gone_nothing_goes_there(
    sandbox: SandboxProcess, client: stripe.StripeClient
) -> None:
    seller = scenes.seller(sandbox, client, bank_number="DE35370400440532013002")
    own: Any = {"stripe_account": seller}
    sandbox.control("funds/add", account=seller, amount=1000)
    payout = client.v1.payouts.create({"amount": 400, "currency": "eur"}, own)
    wait_until(lambda: client.v1.payouts.retrieve(payout.id, {}, own).status == "failed", seconds=5, what="the bank")
    assert client.v1.accounts.external_accounts.list(seller).data[0].status == "errored"  # type: ignore[union-attr]
    with pytest.raises(stripe.InvalidRequestError, match="takes no more"):
        client.v1.payouts.create({"amount": 400, "currency": "eur"}, own)
    sandbox.control("accounts/bank", account=seller, bank_number="DE89370400440532013000")
    assert client.v1.payouts.create({"amount": 400, "currency": "eur"}, own).status == "pending"
