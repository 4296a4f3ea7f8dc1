"""Lists: newest first, by page, by time and by what they are about."""

from __future__ import annotations

import time
from typing import Any

import pytest
import stripe

from tests.payments.sandbox import scenes
from tests.support.sandbox import SandboxProcess


def test_page_by_page(client: stripe.StripeClient) -> None:
    made = [scenes.session(client).id for _ in range(5)][::-1]
    first = client.v1.checkout.sessions.list({"limit": 2})
    assert [found.id for found in first.data] == made[:2]
    assert first.has_more
    assert [found.id for found in first.auto_paging_iter()] == made
    accounts = [scenes.account(client).id for _ in range(3)][::-1]
    assert [found.id for found in client.v2.core.accounts.list({"limit": 2}).auto_paging_iter()] == accounts
    before = client.v1.checkout.sessions.list({"limit": 2, "ending_before": made[4]})
    assert [found.id for found in before.data] == made[2:4]


def test_by_time(client: stripe.StripeClient) -> None:
    made = scenes.session(client)
    now = int(time.time())
    for bounds, found in (({"gte": made.created}, 1), ({"gt": now + 60}, 0), ({"lt": made.created}, 0)):
        assert len(client.v1.checkout.sessions.list({"created": bounds}).data) == found  # type: ignore[typeddict-item]
    assert len(client.v1.checkout.sessions.list({"created": made.created}).data) == 1


def test_by_what_they_are_about(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge, other = scenes.charge(sandbox, client), scenes.charge(sandbox, client)
    seller, stranger = scenes.seller(sandbox, client), scenes.seller(sandbox, client)
    sandbox.control("funds/add", amount=1_000)
    params: Any = {"amount": 10, "currency": "eur", "source_transaction": charge.id}
    transfer = client.v1.transfers.create(params | {"destination": seller, "transfer_group": "g"})
    client.v1.transfers.create(params | {"destination": stranger})
    refund = client.v1.refunds.create({"charge": charge.id, "amount": 5})
    client.v1.refunds.create({"charge": other.id, "amount": 5})
    intent = str(charge.payment_intent)
    assert [found.payment_intent for found in client.v1.checkout.sessions.list({"payment_intent": intent}).data] == [
        intent
    ]
    assert [found.id for found in client.v1.charges.list({"payment_intent": intent}).data] == [charge.id]
    assert [found.id for found in client.v1.transfers.list({"transfer_group": "g"}).data] == [transfer.id]
    assert [found.id for found in client.v1.transfers.list({"destination": seller}).data] == [transfer.id]
    assert [found.id for found in client.v1.refunds.list({"charge": charge.id}).data] == [refund.id]
    kinds: Any = {"types": ["refund.created", "transfer.created"], "limit": 100}
    assert [found.type for found in client.v1.events.list(kinds).data] == ["refund.created"] * 2 + [
        "transfer.created"
    ] * 2
    thin: Any = {"object_id": seller, "types": ["v2.core.account.created"]}
    assert [found.type for found in client.v2.core.events.list(thin).data] == ["v2.core.account.created"]


def test_payouts_by_their_day(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    sandbox.control("funds/add", amount=1_000)
    made = client.v1.payouts.create({"amount": 10, "currency": "eur"})
    later: Any = {"arrival_date": {"gt": made.arrival_date}}
    assert client.v1.payouts.list(later).data == []
    assert [found.id for found in client.v1.payouts.list({"arrival_date": made.arrival_date}).data] == [made.id]


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_1_to_100(client: stripe.StripeClient, limit: int) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="between 1 and 100"):
        client.v1.refunds.list({"limit": limit})
