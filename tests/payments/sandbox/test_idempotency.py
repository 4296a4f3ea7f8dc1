"""One key, one execution, one answer."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import stripe

from tests.payments.sandbox import scenes
from tests.support.processes import wait_until
from tests.support.sandbox import SandboxProcess

KEY: Any = {"idempotency_key": "op:1:1"}


@pytest.fixture
def transfer(sandbox: SandboxProcess, client: stripe.StripeClient) -> Any:
    """Parameters of a transfer that would succeed each time it is executed."""
    sandbox.control("funds/add", amount=100_000)
    return {"amount": 100, "currency": "eur", "destination": scenes.seller(sandbox, client), "transfer_group": "g"}


def test_the_same_key_gives_the_saved_answer(client: stripe.StripeClient, transfer: Any) -> None:
    first = client.v1.transfers.create(transfer, KEY)
    again = client.v1.transfers.create(transfer, KEY)
    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"  # type: ignore[union-attr]
    assert len(client.v1.transfers.list().data) == 1


def test_the_same_key_with_other_parameters_is_an_error(client: stripe.StripeClient, transfer: Any) -> None:
    client.v1.transfers.create(transfer, KEY)
    with pytest.raises(stripe.IdempotencyError):
        client.v1.transfers.create(transfer | {"amount": 101}, KEY)
    assert len(client.v1.transfers.list().data) == 1


def test_a_refusal_is_saved_too(sandbox: SandboxProcess, client: stripe.StripeClient, transfer: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="insufficient available funds"):
        client.v1.transfers.create(transfer | {"amount": 200_000}, KEY)
    sandbox.control("funds/add", amount=200_000)
    with pytest.raises(stripe.InvalidRequestError, match="insufficient available funds"):
        client.v1.transfers.create(transfer | {"amount": 200_000}, KEY)


def test_wrong_parameters_are_not_saved(client: stripe.StripeClient, transfer: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter"):
        client.v1.transfers.create(transfer | {"application_fee_amount": 1}, KEY)
    assert client.v1.transfers.create(transfer, KEY).amount == 100


@pytest.mark.parametrize(("kind", "made"), [("500_before", 0), ("500_after", 1)])
def test_a_500_is_saved_under_the_key(
    sandbox: SandboxProcess, client: stripe.StripeClient, transfer: Any, kind: str, made: int
) -> None:
    sandbox.faults("POST /v1/transfers", kind)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            client.v1.transfers.create(transfer, KEY)
    assert len(client.v1.transfers.list().data) == made
    assert client.v1.transfers.create(transfer, {"idempotency_key": "op:1:2"}).amount == 100


def test_v2_tries_again_after_a_500(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    sandbox.faults("POST /v2/core/accounts", "500_before")
    params: Any = {"contact_email": "a@example.org"}
    with pytest.raises(stripe.StripeError):
        client.v2.core.accounts.create(params, KEY)
    made = client.v2.core.accounts.create(params, KEY)
    assert client.v2.core.accounts.create(params, KEY).id == made.id


def test_409_while_the_first_is_running(sandbox: SandboxProcess, client: stripe.StripeClient, transfer: Any) -> None:
    sandbox.faults("POST /v1/transfers", "timeout", seconds=1)
    first = threading.Thread(target=client.v1.transfers.create, args=(transfer, KEY))
    first.start()
    wait_until(lambda: sandbox.requests("POST /v1/transfers"), seconds=5, what="the first request")
    with pytest.raises(stripe.StripeError) as refused:
        sandbox.client().v1.transfers.create(transfer, KEY)
    assert refused.value.http_status == 409
    assert "another in-progress request" in str(refused.value)
    first.join()
    assert len(client.v1.transfers.list().data) == 1


def test_a_lost_answer_is_found_by_the_client_s_own_retry(
    sandbox: SandboxProcess, client: stripe.StripeClient, transfer: Any
) -> None:
    sandbox.faults("POST /v1/transfers", "drop_answer")
    made = sandbox.client(retries=2).v1.transfers.create(transfer, KEY)
    assert [found.id for found in client.v1.transfers.list().data] == [made.id]
    assert [(row["fault"], row["replayed"]) for row in sandbox.requests("POST /v1/transfers")] == [
        ("drop_answer", False),
        ("", True),
    ]


def test_keys_survive_a_kill(sandbox: SandboxProcess, client: stripe.StripeClient, transfer: Any) -> None:
    first = client.v1.transfers.create(transfer, KEY)
    sandbox.kill()
    sandbox.up()
    assert client.v1.transfers.create(transfer, KEY).id == first.id
