"""Every operation of the sandbox, used as somebody would use it: the test of conformance plays them all."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.payments.sandbox import scenes
from tests.support.processes import wait_until
from tests.support.sandbox import SandboxProcess

Story = Callable[[SandboxProcess, stripe.StripeClient], None]
EVERYTHING: Any = ["configuration.recipient", "defaults", "future_requirements", "identity", "requirements"]
URLS: Any = {"refresh_url": "http://127.0.0.1:9/again", "return_url": "http://127.0.0.1:9/back"}
PDF = b"%PDF-1.7\n"


def checkout_from_session_to_balance(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    made = scenes.session(client)
    sandbox.pay(made.id, "4000000000000002")
    sandbox.pay(made.id)
    client.v1.checkout.sessions.retrieve(made.id, {"expand": ["line_items", "payment_intent.latest_charge"]})
    client.v1.checkout.sessions.line_items.list(made.id)
    client.v1.checkout.sessions.list({"limit": 3, "created": {"gte": 1}})
    gone = scenes.session(client)
    sandbox.pay(gone.id, "4000000000009995")
    client.v1.checkout.sessions.expire(gone.id)
    canceled = client.v1.payment_intents.list({"limit": 1}).data[0]
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "expired")
    intent = client.v1.payment_intents.list().data[1]
    client.v1.payment_intents.update(intent.id, {"metadata": {"more": "1"}})
    client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge.balance_transaction"]})
    found = client.v1.charges.list({"transfer_group": "order-1", "expand": ["data.balance_transaction"]}).data
    assert [charge.status for charge in found] == ["failed", "succeeded", "failed"]
    client.v1.charges.retrieve(found[1].id, {"expand": ["refunds", "payment_intent"]})
    client.v1.balance.retrieve()
    entry = client.v1.balance_transactions.list({"source": found[1].id, "expand": ["data.source"]}).data[0]
    client.v1.balance_transactions.retrieve(entry.id)


def a_debit_that_takes_its_time(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    for outcome, paid in (("succeeded", "paid"), ("failed", "unpaid")):
        made = scenes.session(client)
        sandbox.control("pay/debit", session=made.id)
        read = client.v1.checkout.sessions.retrieve(made.id, {"expand": ["payment_intent.latest_charge"]})
        assert (read.status, read.payment_status) == ("complete", "unpaid")
        sandbox.control("pay/settle", session=made.id, outcome=outcome)
        assert client.v1.checkout.sessions.retrieve(made.id).payment_status == paid
    charge = client.v1.charges.list().data[1]
    client.v1.refunds.create({"charge": charge.id, "amount": 10})
    assert client.v1.balance.retrieve().pending[0].amount == 10_000 - 175 - 10


def refunds(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = scenes.charge(sandbox, client)
    scenes.charge(sandbox, client)
    first = client.v1.refunds.create({"charge": charge.id, "amount": 1, "metadata": {"op_id": "2"}})
    client.v1.refunds.create({"payment_intent": str(charge.payment_intent), "reason": "requested_by_customer"})
    client.v1.refunds.update(first.id, {"metadata": {"op_id": "3"}})
    client.v1.refunds.retrieve(first.id, {"expand": ["charge", "balance_transaction"]})
    sandbox.control("refunds/fail", refund=first.id)
    assert client.v1.refunds.retrieve(first.id).status == "failed"
    sandbox.control("balance/drain")
    waiting = client.v1.refunds.create({"charge": charge.id})
    sandbox.control("refunds/require_action", refund=waiting.id)
    client.v1.refunds.cancel(waiting.id)
    client.v1.refunds.list({"charge": charge.id, "created": {"gte": 1}})


def transfers_and_reversals(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge, seller = scenes.charge(sandbox, client), scenes.seller(sandbox, client)
    made = client.v1.transfers.create(
        {
            "amount": 9000,
            "currency": "eur",
            "destination": seller,
            "source_transaction": charge.id,
            "transfer_group": "order-1",
            "metadata": {"op_id": "4"},
        }
    )
    reversal = client.v1.transfers.reversals.create(made.id, {"amount": 10, "metadata": {"op_id": "5"}})
    client.v1.transfers.reversals.retrieve(made.id, reversal.id)
    client.v1.transfers.reversals.list(made.id, {"limit": 1})
    client.v1.transfers.update(made.id, {"metadata": {"op_id": "4"}})
    client.v1.transfers.retrieve(made.id, {"expand": ["destination", "destination_payment", "balance_transaction"]})
    client.v1.transfers.list({"destination": seller, "transfer_group": "order-1"})
    payments = client.v1.charges.list({}, {"stripe_account": seller}).data
    assert [payment.id for payment in payments] == [made.destination_payment]


def accounts_of_v2(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    made = scenes.account(client)
    client.v2.core.accounts.retrieve(made.id, {"include": EVERYTHING})
    case: Any = {"type": "account_onboarding", "account_onboarding": URLS}
    client.v2.core.account_links.create({"account": made.id, "use_case": case})
    sandbox.control("onboard", account=made.id, outcome="restricted")
    client.v2.core.accounts.retrieve(made.id, {"include": EVERYTHING})
    sandbox.control("accounts/judge", account=made.id, status="active")
    sandbox.control("accounts/judge", account=made.id, status="active", due=["individual.id_number"])
    client.v2.core.accounts.retrieve(made.id, {"include": EVERYTHING})
    client.v2.core.accounts.update(made.id, {"display_name": "Sam S.", "metadata": {"seller": "2"}})
    assert len(list(client.v2.core.accounts.list({"limit": 1}).auto_paging_iter())) == 1
    client.v1.accounts.retrieve(made.id)
    client.v2.core.accounts.close(made.id, {})


def accounts_of_v1(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    old = client.v1.accounts.create(
        {
            "type": "express",
            "country": "AT",
            "email": "old@example.org",
            "capabilities": {"transfers": {"requested": True}},
            "settings": {"payouts": {"schedule": {"interval": "manual"}}},
        }
    )
    client.v1.account_links.create(URLS | {"account": old.id, "type": "account_onboarding"})
    client.v1.accounts.update(old.id, {"metadata": {"seller": "3"}})
    sandbox.control("onboard", account=old.id)
    client.v1.accounts.login_links.create(old.id)
    client.v1.accounts.list({"limit": 2})
    client.v1.accounts.capabilities.list(old.id)
    client.v1.accounts.capabilities.retrieve(old.id, "transfers")
    client.v1.accounts.capabilities.update(old.id, "transfers", {"requested": True})
    first = client.v1.accounts.external_accounts.list(old.id, {"object": "bank_account"}).data[0]
    client.v1.accounts.external_accounts.retrieve(old.id, first.id)
    bank: Any = {"object": "bank_account", "country": "AT", "currency": "eur", "account_number": "AT611904300234573201"}
    client.v1.accounts.external_accounts.create(old.id, {"external_account": bank})
    client.v1.accounts.retrieve(old.id)
    sandbox.control("accounts/deauthorize", account=old.id)
    other = client.v1.accounts.create({"type": "express", "country": "AT"})
    client.v1.accounts.delete(other.id)


def payouts(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    seller = scenes.seller(sandbox, client)
    sandbox.control("funds/add", account=seller, amount=5000)
    own: Any = {"stripe_account": seller}
    schedule: Any = {"schedule": {"interval": "manual"}, "statement_descriptor": "ARTISAN"}
    client.v1.balance_settings.update({"payments": {"payouts": schedule}}, own)
    assert client.v1.balance_settings.retrieve({}, own).payments.payouts.schedule.interval == "manual"  # type: ignore[union-attr]
    first = client.v1.payouts.create({"amount": 2000, "currency": "eur", "metadata": {"op_id": "6"}}, own)
    client.v1.payouts.update(first.id, {"metadata": {"op_id": "7"}}, own)
    client.v1.payouts.cancel(client.v1.payouts.create({"amount": 1, "currency": "eur"}, own).id, {}, own)
    wait_until(lambda: client.v1.payouts.retrieve(first.id, {}, own).status == "paid", seconds=5, what="payout")
    sandbox.control("payouts/fail", payout=first.id)
    client.v1.payouts.list({"status": "failed", "expand": ["data.destination"]}, own)
    client.v1.balance_transactions.list({"type": "payout_failure"}, own)
    client.v1.balance.retrieve({}, own)


def the_platform_s_own_money(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    client.v1.balance_settings.update({"payments": {"payouts": {"schedule": {"interval": "manual"}}}})
    client.v1.balance_settings.retrieve()
    first = client.v1.topups.create({"amount": 5000, "currency": "eur", "description": "a cushion"})
    client.v1.topups.cancel(client.v1.topups.create({"amount": 1, "currency": "eur"}).id)
    wait_until(lambda: client.v1.topups.retrieve(first.id).status == "succeeded", seconds=5, what="the top-up")
    client.v1.topups.update(first.id, {"metadata": {"a": "b"}})
    client.v1.payouts.create({"amount": 100, "currency": "eur", "expand": ["destination"]})
    sandbox.control("topups/fail", topup=first.id)
    client.v1.topups.list({"created": {"gte": 1}})


def disputes_and_their_evidence(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = scenes.charge(sandbox, client, card="4000000000000259")
    dispute = client.v1.disputes.list({"charge": charge.id}).data[0]
    file = client.v1.files.create({"purpose": "dispute_evidence", "file": io.BytesIO(PDF)})
    client.v1.files.retrieve(file.id)
    client.v1.files.list({"limit": 1})
    draft: Any = {"evidence": {"product_description": "a logo", "receipt": file.id}, "submit": False}
    client.v1.disputes.update(dispute.id, draft | {"metadata": {"a": "b"}})
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": True})
    assert client.v1.disputes.retrieve(dispute.id, {"expand": ["charge"]}).status == "won"
    other = sandbox.control("disputes", charge=scenes.charge(sandbox, client).id)
    client.v1.disputes.close(other["id"])
    asked = scenes.charge(sandbox, client, card="4000000000001976")
    sandbox.control("disputes/escalate", dispute=client.v1.disputes.list({"charge": asked.id}).data[0].id)
    client.v1.disputes.list({"limit": 10})


def early_fraud_warnings(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = scenes.charge(sandbox, client, card="4000000000005423")
    warning = client.v1.radar.early_fraud_warnings.list({"charge": charge.id}).data[0]
    sandbox.control("funds/add", amount=1000)
    client.v1.refunds.create({"charge": charge.id})
    client.v1.radar.early_fraud_warnings.retrieve(warning.id, {"expand": ["charge"]})


def refusals(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    for fault in ("500_before", "409", "429", "lock_timeout", "balance_insufficient"):
        sandbox.faults("GET /v1/balance", fault)
        with pytest.raises(stripe.StripeError):
            client.v1.balance.retrieve()
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.charges.retrieve("ch_nothing")
    with pytest.raises(stripe.InvalidRequestError):
        client.v2.core.accounts.retrieve("acct_nothing")


def events_of_both_apis(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    scenes.seller(sandbox, client)
    scenes.charge(sandbox, client)
    for event in client.v1.events.list({"limit": 100}).data:
        client.v1.events.retrieve(event.id)
    for thin in client.v2.core.events.list().data:
        client.v2.core.events.retrieve(thin.id)


def endpoints_made_by_api(_sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    given: Any = {"url": "https://shop.example/hooks/", "enabled_events": ["charge.updated"], "connect": True}
    made = client.v1.webhook_endpoints.create(given)
    assert str(made.secret).startswith("whsec_")
    read = client.v1.webhook_endpoints.retrieve(made.id)
    assert (read.url, read.status, getattr(read, "secret", None)) == (given["url"], "enabled", None)
    assert [one.id for one in client.v1.webhook_endpoints.list().data] == [made.id]
    thin: Any = {
        "name": "Shop",
        "type": "webhook_endpoint",
        "event_payload": "thin",
        "enabled_events": ["v2.core.account.updated"],
        "events_from": ["@accounts"],
        "include": ["webhook_endpoint.signing_secret"],
        "webhook_endpoint": {"url": "https://shop.example/thin/"},
    }
    destination = client.v2.core.event_destinations.create(thin)
    assert destination.webhook_endpoint
    assert str(destination.webhook_endpoint.signing_secret).startswith("whsec_")
    (listed,) = client.v2.core.event_destinations.list({"include": ["webhook_endpoint.url"]}).data
    assert listed.webhook_endpoint
    assert (listed.webhook_endpoint.url, listed.webhook_endpoint.signing_secret) == ("https://shop.example/thin/", None)


STORIES: tuple[Story, ...] = (
    checkout_from_session_to_balance, a_debit_that_takes_its_time, refunds, transfers_and_reversals, accounts_of_v2,
    accounts_of_v1, payouts, the_platform_s_own_money, disputes_and_their_evidence, early_fraud_warnings, refusals,
    events_of_both_apis,
    endpoints_made_by_api,
)  # fmt: skip
