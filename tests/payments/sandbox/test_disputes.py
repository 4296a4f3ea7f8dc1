"""Disputes from the first question to the verdict, with the money that moves on the way."""

from __future__ import annotations

import io
from typing import Any

import pytest
import stripe

from tests.payments.sandbox import scenes
from tests.payments.sandbox.scenes import balance, events
from tests.support.processes import wait_until
from tests.support.sandbox import SandboxProcess

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


def upload(client: stripe.StripeClient, content: bytes = PNG) -> stripe.File:
    file = io.BytesIO(content)
    file.name = "chat.png"
    return client.v1.files.create({"purpose": "dispute_evidence", "file": file})


def test_a_chargeback_withdraws_and_a_won_one_reinstates(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = scenes.charge(sandbox, client)
    made = sandbox.control("disputes", charge=charge.id)
    assert sum(balance(client)) == 10_000 - 175 - 10_000 - 1500
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"charge": charge.id})
    assert refused.value.code == "charge_disputed"
    sandbox.control("disputes/decide", dispute=made["id"], outcome="won")
    assert sum(balance(client)) == 10_000 - 175 - 1500
    dispute = client.v1.disputes.retrieve(made["id"])
    assert (dispute.status, dispute.is_charge_refundable) == ("won", True)
    moved = [(entry.amount, entry.fee, entry.reporting_category) for entry in dispute.balance_transactions]
    assert moved == [(-10_000, 1500, "dispute"), (10_000, 0, "dispute_reversal")]
    assert events(client, "charge.dispute.") == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    ]
    assert client.v1.refunds.create({"charge": charge.id, "amount": 100}).amount == 100


def test_a_lost_one_keeps_the_money_and_the_charge_shut(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = scenes.charge(sandbox, client, card="4000000000000259")
    dispute = client.v1.disputes.list({"charge": charge.id}).data[0]
    assert client.v1.disputes.close(dispute.id).status == "lost"
    assert sum(balance(client)) == -175 - 1500
    with pytest.raises(stripe.InvalidRequestError, match="has been charged back"):
        client.v1.refunds.create({"charge": charge.id})
    with pytest.raises(stripe.InvalidRequestError, match="This dispute is already closed"):
        client.v1.disputes.close(dispute.id)


def test_an_inquiry_moves_no_money_until_it_escalates(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    scenes.charge(sandbox, client, card="4000000000001976")
    dispute = client.v1.disputes.list().data[0]
    assert (dispute.status, sum(balance(client)), dispute.balance_transactions) == ("warning_needs_response", 9825, [])
    evidence: Any = {"evidence": {"uncategorized_text": "escalate_inquiry_evidence"}}
    assert client.v1.disputes.update(dispute.id, evidence).status == "needs_response"
    assert sum(balance(client)) == 9825 - 10_000 - 1500


def test_an_inquiry_can_be_refunded_and_is_closed_by_it(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = scenes.charge(sandbox, client, card="4000000000001976")
    client.v1.refunds.create({"charge": charge.id, "amount": 9_000})
    assert client.v1.disputes.list().data[0].status == "warning_needs_response"
    sandbox.control("funds/add", amount=5_000)
    client.v1.refunds.create({"charge": charge.id})
    assert client.v1.disputes.list().data[0].status == "warning_closed"
    with pytest.raises(AssertionError, match="Only an open inquiry"):
        sandbox.control("disputes/escalate", dispute=client.v1.disputes.list().data[0].id)


def test_part_of_a_charge_that_was_refunded_in_part(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = scenes.charge(sandbox, client)
    client.v1.refunds.create({"charge": charge.id, "amount": 3_000})
    assert sandbox.control("disputes", charge=charge.id, amount=500)["amount"] == 500
    assert sandbox.control("disputes", charge=charge.id)["amount"] == 7_000
    with pytest.raises(AssertionError, match="has 2500 left"):
        sandbox.control("disputes", charge=charge.id, amount=2_501)
    whole = scenes.charge(sandbox, client)
    sandbox.control("funds/add", amount=10_000)
    client.v1.refunds.create({"charge": whole.id})
    with pytest.raises(AssertionError, match="refunded whole"):
        sandbox.control("disputes", charge=whole.id)


def test_one_card_is_disputed_twice(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    scenes.charge(sandbox, client, amount=999, card="4000000404000079")
    assert [found.amount for found in client.v1.disputes.list().data] == [499, 500]


def test_a_refund_on_its_way_fails_when_the_bank_takes_the_money(
    sandbox: SandboxProcess, client: stripe.StripeClient
) -> None:
    charge = scenes.charge(sandbox, client)
    sandbox.control("balance/drain")
    waiting = client.v1.refunds.create({"charge": charge.id, "amount": 2_000})
    assert waiting.status == "pending"
    sandbox.control("disputes", charge=charge.id, amount=10_000)
    failed = client.v1.refunds.retrieve(waiting.id)
    assert (failed.status, failed.failure_reason) == ("failed", "charge_for_pending_refund_disputed")
    assert sum(balance(client)) == -10_000 - 1_500


def test_evidence_is_a_draft_until_it_is_submitted(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    scenes.charge(sandbox, client, card="4000000000002685")
    dispute = client.v1.disputes.list().data[0]
    assert (dispute.reason, dispute.evidence_details.has_evidence) == ("product_not_received", False)
    file = upload(client)
    draft: Any = {"evidence": {"customer_communication": file.id, "service_date": "1 May"}, "submit": False}
    kept = client.v1.disputes.update(dispute.id, draft)
    details = kept.evidence_details
    assert (kept.status, details.has_evidence, details.submission_count) == ("needs_response", True, 0)
    sent = client.v1.disputes.update(dispute.id, {"submit": True})
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    assert sent.evidence.customer_communication == file.id
    sandbox.control("disputes/decide", dispute=dispute.id, outcome="won")
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        client.v1.disputes.update(dispute.id, {"metadata": {"a": "b"}})


def test_evidence_that_is_no_file_or_too_long(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    scenes.charge(sandbox, client, card="4000000000000259")
    dispute = client.v1.disputes.list().data[0]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.disputes.update(dispute.id, {"evidence": {"receipt": "file_nothing"}})
    assert (refused.value.code, refused.value.param) == ("resource_missing", "evidence[receipt]")
    with pytest.raises(stripe.InvalidRequestError, match="up to 150000 characters"):
        client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "x" * 150_001}})
    assert client.v1.disputes.retrieve(dispute.id).evidence_details.has_evidence is False


def test_who_does_not_answer_loses(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    made = sandbox.control("disputes", charge=scenes.charge(sandbox, client).id, respond_seconds=0)
    wait_until(lambda: client.v1.disputes.retrieve(made["id"]).status == "lost", seconds=5, what="the verdict")


def test_a_file_is_kept_as_it_came(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    file = upload(client)
    assert (file.filename, file.size, file.type, file.purpose) == ("chat.png", len(PNG), "png", "dispute_evidence")
    assert client.v1.files.retrieve(file.id).url == f"{sandbox.url}/v1/files/{file.id}/contents"
    assert sandbox.download(str(file.url)) == PNG
    assert [found.id for found in client.v1.files.list({"purpose": "dispute_evidence"}).data] == [file.id]
    with pytest.raises(stripe.InvalidRequestError, match="PDF, JPEG or PNG"):
        upload(client, b"plain text")
    with pytest.raises(stripe.InvalidRequestError, match="5 MB"):
        upload(client, PNG + b"\0" * 5_000_000)


def test_an_early_fraud_warning_is_actionable_until_something_was_done(
    sandbox: SandboxProcess, client: stripe.StripeClient
) -> None:
    charge = scenes.charge(sandbox, client, card="4000000000005423")
    warning = client.v1.radar.early_fraud_warnings.list({"charge": charge.id}).data[0]
    assert (warning.actionable, warning.payment_intent) == (True, charge.payment_intent)
    other = scenes.charge(sandbox, client)
    forced = sandbox.control("fraud_warnings", charge=other.id, fraud_type="misc")
    sandbox.control("funds/add", amount=1_000)
    client.v1.refunds.create({"charge": charge.id})
    sandbox.control("disputes", charge=other.id)
    for identifier in (warning.id, forced["id"]):
        assert client.v1.radar.early_fraud_warnings.retrieve(identifier).actionable is False
    made, changed = "radar.early_fraud_warning.created", "radar.early_fraud_warning.updated"
    assert events(client, "radar.") == [made, made, changed, changed]
