"""Failures on demand, and what must not get in."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import pytest
import stripe

from tests.payments.sandbox import scenes
from tests.support.sandbox import SandboxProcess


def test_a_fault_strikes_as_often_as_told_after_those_it_skips(
    sandbox: SandboxProcess, client: stripe.StripeClient
) -> None:
    sandbox.faults("GET /v1/charges*", "429", times=2, skip=1)
    answers = []
    for _ in range(4):
        try:
            client.v1.charges.list()
            answers.append(200)
        except stripe.RateLimitError as error:
            answers.append(error.http_status or 0)
    assert answers == [200, 429, 429, 200]
    assert sandbox.control("faults/clear") == {"data": []}


@pytest.mark.parametrize(("kind", "made"), [("drop_before", 0), ("drop_answer", 1)])
def test_a_closed_connection(sandbox: SandboxProcess, client: stripe.StripeClient, kind: str, made: int) -> None:
    sandbox.faults("POST /v1/checkout/sessions", kind)
    with pytest.raises(stripe.APIConnectionError):
        scenes.session(client)
    assert len(client.v1.checkout.sessions.list().data) == made


WRITES = ("refunds", "topups", "reversals", "payouts", "disputes", "files", "external_accounts")


@pytest.mark.parametrize("kind", ["500_after", "drop_answer", "500_before"])
@pytest.mark.parametrize("operation", WRITES)
def test_each_operation_fails_as_told_and_happens_once(
    sandbox: SandboxProcess, client: stripe.StripeClient, operation: str, kind: str
) -> None:
    ask, events = written(sandbox, client, operation)
    before = len(sandbox.deliveries())
    sandbox.faults("POST *", kind)
    key: Any = {"idempotency_key": "op:1:1"}
    for _ in range(3):
        with contextlib.suppress(stripe.APIError, stripe.APIConnectionError):
            ask(key)
    made = [row["type"] for row in sandbox.deliveries()[before:]]
    assert made == ([] if kind == "500_before" else events)


def written(sandbox: SandboxProcess, client: stripe.StripeClient, operation: str) -> tuple[Any, list[str]]:
    """One writing request that takes its options, and the events that it leads to."""
    charge, seller = scenes.charge(sandbox, client, card="4000000000001976"), scenes.seller(sandbox, client)
    sandbox.control("funds/add", amount=5_000)
    plain: Any = {"amount": 50, "currency": "eur"}
    transfer = client.v1.transfers.create(plain | {"destination": seller})
    dispute = client.v1.disputes.list().data[0].id
    iban = "AT611904300234573201"
    bank: Any = {"object": "bank_account", "country": "AT", "currency": "eur", "account_number": iban}
    image = b"\x89PNG\r\n\x1a\n"
    v1 = client.v1
    asked: dict[str, tuple[Any, list[str]]] = {
        "refunds": (
            lambda key: v1.refunds.create({"charge": charge.id, "amount": 5}, key),
            ["refund.created", "charge.refunded"],
        ),
        "topups": (lambda key: v1.topups.create(plain, key), ["topup.created"]),
        "reversals": (lambda key: v1.transfers.reversals.create(transfer.id, {}, key), ["transfer.reversed"]),
        "payouts": (lambda key: v1.payouts.create(plain, key), ["payout.created"]),
        "disputes": (
            lambda key: v1.disputes.update(dispute, {"evidence": {"service_date": "today"}}, key),
            ["charge.dispute.updated"],
        ),
        "files": (lambda key: v1.files.create({"purpose": "dispute_evidence", "file": io.BytesIO(image)}, key), []),
        "external_accounts": (
            lambda key: v1.accounts.external_accounts.create(seller, {"external_account": bank}, key),
            [
                "account.external_account.updated",
                "v2.core.account[configuration.recipient].updated",
                "account.updated",
                "v2.core.account.updated",
                "v2.core.account[requirements].updated",
            ],
        ),
    }
    return asked[operation]


def test_an_unknown_kind_of_fault_is_refused(sandbox: SandboxProcess) -> None:
    with pytest.raises(AssertionError, match="Unknown kind"):
        sandbox.faults("POST /v1/transfers", "explode")


@pytest.mark.parametrize("key", ["sk_live_123", "nonsense"])
def test_only_test_keys_open_it(sandbox: SandboxProcess, key: str) -> None:
    stranger = stripe.StripeClient(key, base_addresses={"api": sandbox.url})
    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.balance.retrieve()


@pytest.mark.parametrize(
    ("more", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"success_url": "nowhere"}, "url_invalid", "success_url"),
        ({"allow_promotion_codes": True}, None, "allow_promotion_codes"),
        ({"expires_at": 5}, None, "expires_at"),
        ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
        ({"line_items": []}, "parameter_missing", "line_items"),
        ({"metadata": {"note": "x" * 501}}, None, "metadata[note]"),
        ({"payment_intent_data": {"metadata": {"k" * 41: "v"}}}, None, "metadata[" + "k" * 40 + "]"),
    ],
)
def test_bad_parameters(client: stripe.StripeClient, more: dict[str, Any], code: str | None, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        scenes.session(client, **more)
    assert (refused.value.code, refused.value.param, refused.value.http_status) == (code, param, 400)
    assert client.v1.checkout.sessions.list().data == []


@pytest.mark.parametrize("amount", [0, -5, 10**12])
def test_amounts_that_cannot_be(client: stripe.StripeClient, amount: int) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.transfers.create({"amount": amount, "currency": "eur", "destination": "acct_1"})
