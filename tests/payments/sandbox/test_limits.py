"""Held requests, the rate limit, forgotten keys."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import stripe

from tests.payments.sandbox import scenes
from tests.payments.sandbox.test_idempotency import KEY
from tests.support.processes import wait_until
from tests.support.sandbox import SandboxProcess

CREATE = "POST /v1/transfers"


@pytest.fixture
def transfer(sandbox: SandboxProcess, client: stripe.StripeClient) -> Any:
    sandbox.control("funds/add", amount=100_000)
    return {"amount": 100, "currency": "eur", "destination": scenes.seller(sandbox, client)}


@pytest.mark.parametrize(("kind", "made"), [("hold", 1), ("hold_before", 0)])
def test_a_held_request_waits_until_it_is_released(
    sandbox: SandboxProcess, client: stripe.StripeClient, transfer: Any, kind: str, made: int
) -> None:
    sandbox.faults(CREATE, kind)
    answers: list[str] = []
    first = threading.Thread(target=lambda: answers.append(client.v1.transfers.create(transfer, KEY).id))
    first.start()
    wait_until(sandbox.held, seconds=5, what="the held request")
    assert len(client.v1.transfers.list().data) == made
    with pytest.raises(stripe.StripeError) as busy:
        sandbox.client().v1.transfers.create(transfer, KEY)
    assert busy.value.http_status == 409
    assert sandbox.release("GET *") == 0
    assert sandbox.release(CREATE) == 1
    first.join(5)
    assert answers == [client.v1.transfers.create(transfer, KEY).id]
    assert len(client.v1.transfers.list().data) == 1


def test_who_left_while_the_answer_was_held_finds_it_again(
    sandbox: SandboxProcess, client: stripe.StripeClient, transfer: Any
) -> None:
    impatient = stripe.StripeClient(
        "sk_test_sandbox", base_addresses={"api": sandbox.url}, http_client=stripe.RequestsClient(timeout=0.5)
    )
    sandbox.faults(CREATE, "hold")
    with pytest.raises(stripe.APIConnectionError):
        impatient.v1.transfers.create(transfer, KEY)
    sandbox.release()
    wait_until(lambda: not sandbox.held(), seconds=5, what="the release")
    again = client.v1.transfers.create(transfer, KEY)
    assert [found.id for found in client.v1.transfers.list().data] == [again.id]


def test_the_rate_limit_counts_each_operation_by_itself(
    sandbox: SandboxProcess, client: stripe.StripeClient, transfer: Any
) -> None:
    sandbox.control("rate_limit", per_second=3)
    made, refused = 0, []
    for _ in range(6):
        try:
            client.v1.transfers.create(transfer)
            made += 1
        except stripe.RateLimitError as error:
            refused.append(error.headers["Stripe-Rate-Limited-Reason"])  # type: ignore[index]
    assert (made, refused) == (3, ["endpoint-rate"] * 3)
    assert len(client.v1.transfers.list().data) == 3
    sandbox.control("rate_limit", per_second=0)
    assert client.v1.transfers.create(transfer).amount == 100


def test_a_forgotten_key_executes_again(sandbox: SandboxProcess, client: stripe.StripeClient, transfer: Any) -> None:
    first = client.v1.transfers.create(transfer, KEY)
    assert sandbox.control("keys/forget", key="other") == {"forgotten": 0}
    assert sandbox.control("keys/forget", key="op:1:1") == {"forgotten": 1}
    assert client.v1.transfers.create(transfer, KEY).id != first.id


def test_a_refusal_for_want_of_balance_on_demand_is_kept_under_the_key(
    sandbox: SandboxProcess, client: stripe.StripeClient, transfer: Any
) -> None:
    sandbox.faults(CREATE, "balance_insufficient")
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.transfers.create(transfer, KEY)
        assert refused.value.code == "balance_insufficient"
    assert client.v1.transfers.create(transfer, {"idempotency_key": "op:1:2"}).amount == 100


def test_the_answers_that_were_asked_for_are_kept(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    client.v1.balance.retrieve()
    [row] = sandbox.traffic()
    assert (row["path"], row["answer"]["object"]) == ("/v1/balance", "balance")
    assert "answer" not in sandbox.requests("GET /v1/balance")[0]
