"""Requests of the ``stripe`` package and answers of the sandbox, held against Stripe's API description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from tests.payments.sandbox import scenes
from tests.support import stripe_spec
from tests.support.processes import wait_until
from tests.support.sandbox import Ear, SandboxProcess

pytestmark = pytest.mark.skipif(not stripe_spec.present(), reason="../shared/stripe is not here")


@pytest.fixture
def recorder() -> stripe_spec.Recorder:
    return stripe_spec.Recorder()


@pytest.fixture
def client(sandbox: SandboxProcess, recorder: stripe_spec.Recorder) -> Iterator[stripe.StripeClient]:
    """A client whose whole traffic is checked when the test is over."""
    yield stripe.StripeClient("sk_test_sandbox", base_addresses={"api": sandbox.url}, http_client=recorder)
    assert recorder.seen, "nothing was asked"
    wrong = [
        f"{method} {path} {status}: {problem}"
        for method, path, status, body in recorder.seen
        for problem in stripe_spec.response_problems(method, path, status, body)
    ]
    wrong += [
        f"request {row['method']} {row['path']}: {problem}"
        for row in sandbox.requests()
        if row["status"] == 200
        for problem in stripe_spec.request_problems(row["method"], row["path"], row["params"])
    ]
    assert wrong == []


def test_checkout_from_session_to_balance(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
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
    client.v1.balance_transactions.list({"source": found[1].id})


def test_refunds(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = scenes.charge(sandbox, client)
    scenes.charge(sandbox, client)
    first = client.v1.refunds.create({"charge": charge.id, "amount": 1, "metadata": {"op_id": "2"}})
    client.v1.refunds.create({"payment_intent": str(charge.payment_intent), "reason": "requested_by_customer"})
    client.v1.refunds.update(first.id, {"metadata": {"op_id": "3"}})
    client.v1.refunds.retrieve(first.id, {"expand": ["charge", "balance_transaction"]})
    sandbox.control("refunds/fail", refund=first.id)
    assert client.v1.refunds.retrieve(first.id).status == "failed"
    client.v1.refunds.list({"charge": charge.id})


def test_transfers_and_reversals(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
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


def test_accounts_of_both_apis(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    made = scenes.account(client)
    everything: Any = ["configuration.recipient", "defaults", "future_requirements", "identity", "requirements"]
    client.v2.core.accounts.retrieve(made.id, {"include": everything})
    urls: Any = {"refresh_url": "http://127.0.0.1:9/again", "return_url": "http://127.0.0.1:9/back"}
    client.v2.core.account_links.create(
        {"account": made.id, "use_case": {"type": "account_onboarding", "account_onboarding": urls}}
    )
    sandbox.control("onboard", account=made.id, outcome="restricted")
    client.v2.core.accounts.retrieve(made.id, {"include": everything})
    sandbox.control("accounts/judge", account=made.id, status="active")
    client.v2.core.accounts.update(made.id, {"display_name": "Sam S.", "metadata": {"seller": "2"}})
    client.v2.core.accounts.list({"limit": 5})
    client.v1.accounts.retrieve(made.id)
    old = client.v1.accounts.create(
        {
            "type": "express",
            "country": "AT",
            "email": "old@example.org",
            "capabilities": {"transfers": {"requested": True}},
            "settings": {"payouts": {"schedule": {"interval": "manual"}}},
        }
    )
    client.v1.account_links.create(urls | {"account": old.id, "type": "account_onboarding"})
    client.v1.accounts.update(old.id, {"metadata": {"seller": "3"}})
    sandbox.control("onboard", account=old.id)
    client.v1.accounts.login_links.create(old.id)
    client.v1.accounts.list({"limit": 2})
    client.v2.core.accounts.close(made.id, {})
    client.v1.accounts.delete(old.id)


def test_payouts(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    seller = scenes.seller(sandbox, client)
    sandbox.control("funds/add", account=seller, amount=5000)
    own: Any = {"stripe_account": seller}
    schedule: Any = {"schedule": {"interval": "manual"}, "statement_descriptor": "ARTISAN"}
    client.v1.balance_settings.update({"payments": {"payouts": schedule}}, own)
    assert client.v1.balance_settings.retrieve({}, own).payments.payouts.schedule.interval == "manual"  # type: ignore[union-attr]
    first = client.v1.payouts.create({"amount": 2000, "currency": "eur", "metadata": {"op_id": "6"}}, own)
    client.v1.payouts.cancel(client.v1.payouts.create({"amount": 1, "currency": "eur"}, own).id, {}, own)
    wait_until(lambda: client.v1.payouts.retrieve(first.id, {}, own).status == "paid", seconds=5, what="payout")
    sandbox.control("payouts/fail", payout=first.id)
    client.v1.payouts.list({"status": "failed"}, own)
    client.v1.balance_transactions.list({"type": "payout_failure"}, own)
    client.v1.balance.retrieve({}, own)


def test_disputes(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = scenes.charge(sandbox, client, card="4000000000000259")
    dispute = client.v1.disputes.list({"charge": charge.id}).data[0]
    client.v1.disputes.update(
        dispute.id, {"evidence": {"product_description": "a logo"}, "submit": False, "metadata": {"a": "b"}}
    )
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": True})
    assert client.v1.disputes.retrieve(dispute.id, {"expand": ["charge"]}).status == "won"
    other = sandbox.control("disputes", charge=scenes.charge(sandbox, client).id)
    client.v1.disputes.close(other["id"])


def test_refusals(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    for fault in ("500_before", "409", "429", "lock_timeout"):
        sandbox.faults("GET /v1/balance", fault)
        with pytest.raises(stripe.StripeError):
            client.v1.balance.retrieve()
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.charges.retrieve("ch_nothing")
    with pytest.raises(stripe.InvalidRequestError):
        client.v2.core.accounts.retrieve("acct_nothing")


def test_events_and_the_objects_in_them(sandbox: SandboxProcess, client: stripe.StripeClient, ear: Ear) -> None:
    charge, seller = scenes.charge(sandbox, client, card="4000000000000259"), scenes.seller(sandbox, client)
    other = scenes.charge(sandbox, client)
    sandbox.control("refunds/fail", refund=client.v1.refunds.create({"charge": other.id, "amount": 5}).id)
    params: Any = {"amount": 50, "currency": "eur", "destination": seller, "source_transaction": other.id}
    client.v1.transfers.reversals.create(client.v1.transfers.create(params).id)
    for event in client.v1.events.list({"limit": 100}).data:
        client.v1.events.retrieve(event.id)
    for thin in client.v2.core.events.list().data:
        client.v2.core.events.retrieve(thin.id)
    wait_until(lambda: "transfer.reversed" in ear.types(), seconds=5, what="the last event")
    for heard in ear.heard:
        schemas = stripe_spec.spec()["components"]["schemas"]
        assert stripe_spec.problems(schemas[heard.event["object"]], heard.event) == [], heard.type
        snapshot = heard.event.get("data", {}).get("object", {})
        if snapshot.get("object") in schemas:
            assert stripe_spec.problems(schemas[snapshot["object"]], snapshot) == [], heard.type
            assert stripe_spec.unknown_members(snapshot) == [], heard.type
    assert charge.id
