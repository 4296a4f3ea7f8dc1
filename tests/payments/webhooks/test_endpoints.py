"""What is refused at the door, with which answer, and what is taken: nothing refused leaves a trace."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory

from payments.models import WebhookEvent
from payments.web import webhooks
from payments.webhooks.envelope import Source
from tests.payments.scenes import ledger_size
from tests.payments.webhooks.events import CONNECT, PLATFORM, V2, event, send, signature, thin
from tests.support.sandbox import CONNECT_SECRET, SECRET, V2_SECRET, SandboxProcess

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _secrets(settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_CONNECT_WEBHOOK_SECRET = SECRET, CONNECT_SECRET
    settings.STRIPE_V2_WEBHOOK_SECRET = V2_SECRET


@pytest.fixture
def refused() -> Any:
    """Nothing was stored and nothing was posted, whatever the test sent."""
    yield
    assert (WebhookEvent.objects.count(), ledger_size()) == (0, (0, 0))


TRANSFER = event("transfer.created", "tr_1")
SELLERS_PAYOUT = event("payout.paid", "po_1", account="acct_1")
CLOSED = thin("v2.core.account.closed", "acct_1")


def post(header: str, body: bytes = json.dumps(TRANSFER).encode()) -> int:
    headers = {"Stripe-Signature": header}
    return Client().post(PLATFORM, body, content_type="application/json", headers=headers).status_code


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        "t=1",
        "t=1,v1=",
        "v1=abc",
        "t=99999999999999999999,v1=a",
        "t=x,v1=é",
        "t=-5,v1=a",
        "t=1,t=2,v0=a",
    ],
)
def test_a_signature_that_is_none(header: str) -> None:
    assert post(header) == 400


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize("seconds", [-301, -86_400, 90, 86_400])
def test_a_signature_of_another_time(now: datetime, seconds: int) -> None:
    """Older than five minutes may be a recording; the future is nobody's clock, although Stripe's package takes it."""
    assert send(TRANSFER, now + timedelta(seconds=seconds)) == 400


@pytest.mark.parametrize("seconds", [-280, 40])
def test_clocks_may_differ_a_little(now: datetime, seconds: int) -> None:
    assert send(TRANSFER, now + timedelta(seconds=seconds)) == 200


@pytest.mark.usefixtures("refused")
def test_a_body_that_was_changed(now: datetime) -> None:
    header = signature(json.dumps(TRANSFER).encode(), now, SECRET)
    assert post(header, json.dumps(event("transfer.created", "tr_2")).encode()) == 400


@pytest.mark.usefixtures("refused")
def test_without_a_secret_nothing_is_believed(now: datetime, settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRET = ""
    assert send(TRANSFER, now, secret=SECRET) == 400


def test_while_a_secret_is_rolled_two_signatures_come(now: datetime) -> None:
    body = json.dumps(TRANSFER).encode()
    assert post(signature(body, now, "the old secret", SECRET), body) == 200
    assert WebhookEvent.objects.count() == 1


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize(
    ("path", "secret"),
    [(PLATFORM, CONNECT_SECRET), (PLATFORM, V2_SECRET), (CONNECT, SECRET), (CONNECT, V2_SECRET), (V2, SECRET)],
)
def test_each_endpoint_has_its_own_secret(now: datetime, path: str, secret: str) -> None:
    sent = {PLATFORM: TRANSFER, CONNECT: SELLERS_PAYOUT, V2: CLOSED}[path]
    assert send(sent, now, path=path, secret=secret) == 400


def test_each_endpoint_takes_its_own(now: datetime) -> None:
    for path, sent in ((PLATFORM, TRANSFER), (CONNECT, SELLERS_PAYOUT), (V2, CLOSED)):
        assert send(sent, now, path=path) == 200
    stored = set(WebhookEvent.objects.values_list("source", "type", "account", "object_id"))
    assert stored == {
        ("platform", "transfer.created", "", "tr_1"),
        ("connect", "payout.paid", "acct_1", "po_1"),
        ("v2", "v2.core.account.closed", "", "acct_1"),
    }


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize(
    ("path", "sent"),
    [
        (PLATFORM, SELLERS_PAYOUT),  # of a connected account
        (CONNECT, event("payout.paid", "po_1")),  # of our own
        (PLATFORM, CLOSED),
        (CONNECT, CLOSED),
        (V2, TRANSFER),
    ],
)
def test_an_event_of_another_endpoint(now: datetime, path: str, sent: dict[str, Any]) -> None:
    assert send(sent, now, path=path) == 400


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b"[]",
        b"5",
        b"null",
        b'"evt_1"',
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"id": NaN}',
        b'{"id": ' + b"9" * 5_000 + b"}",
    ],
    ids=range(10),
)
def test_a_body_that_is_no_object(now: datetime, body: bytes) -> None:
    assert send(body, now) == 400


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize(
    "wrong",
    [
        {"id": None},
        {"id": 5},
        {"id": ""},
        {"id": "e" * 101},
        {"id": ["evt_1"]},
        {"type": None},
        {"type": {}},
        {"livemode": None},
        {"livemode": "false"},
        {"livemode": 0},
        {"object": "charge"},
        {"account": 5},
        {"account": ""},
        {"account": None, "data": None},
        {"data": []},
        {"data": {}},
        {"data": {"object": "tr_1"}},
        {"data": {"object": {}}},
        {"data": {"object": {"id": 7}}},
        {"data": {"object": {"id": "tr_" + "1" * 100}}},
        {"api_version": 2026},
        {"note": "nul \x00"},
        {"note": "half \ud800"},
    ],
)
def test_members_of_the_wrong_type(now: datetime, wrong: dict[str, Any]) -> None:
    assert send({**TRANSFER, **wrong}, now) == 400


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize("related", [None, [], "acct_1", {}, {"id": None}])
def test_a_thin_event_must_name_its_object(now: datetime, related: Any) -> None:
    assert send({**CLOSED, "related_object": related}, now, path=V2) == 400


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize(("path", "sent"), [(PLATFORM, TRANSFER), (V2, CLOSED)])
def test_an_event_of_the_other_mode(now: datetime, path: str, sent: dict[str, Any], settings: Any) -> None:
    assert send({**sent, "livemode": True}, now, path=path) == 400
    settings.STRIPE_SECRET_KEY = "sk_live_never_used"
    assert send(sent, now, path=path) == 400


@pytest.mark.usefixtures("refused")
def test_sellers_accounts_tell_the_live_endpoint_of_their_tests_too(now: datetime, settings: Any) -> None:
    """Stripe does so by design, and would send a refusal again for three days."""
    settings.STRIPE_SECRET_KEY = "sk_live_never_used"
    assert send(SELLERS_PAYOUT, now, path=CONNECT) == 200


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize(
    ("path", "sent"),
    [
        (PLATFORM, event("customer.created", "cus_1")),
        (PLATFORM, event("account.updated", "acct_1")),
        (PLATFORM, event("balance.available", "", data={"object": {"object": "balance"}})),  # has no id
        (CONNECT, event("transfer.created", "tr_1", account="acct_1")),
        (CONNECT, event("charge.succeeded", "py_1", account="acct_1")),
        (V2, thin("v2.core.account_person.created", "person_1")),
    ],
)
def test_what_is_not_followed_is_answered_and_not_kept(now: datetime, path: str, sent: dict[str, Any]) -> None:
    """It may hold people's data that is none of our business, and an operator may have subscribed to everything."""
    assert send(sent, now, path=path) == 200


def test_another_version_of_the_api_is_taken(now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    """Only the object's id is used, and while an upgrade is under way both versions come."""
    assert send({**TRANSFER, "api_version": "2019-02-19"}, now) == 200
    assert "2019-02-19" in caplog.text
    assert WebhookEvent.objects.get().object_id == "tr_1"


def test_the_same_event_again_is_answered_and_not_stored_twice(now: datetime) -> None:
    assert [send(TRANSFER, now) for _ in range(3)] == [200] * 3
    assert WebhookEvent.objects.count() == 1


def test_the_same_id_on_two_endpoints_is_two_events(now: datetime) -> None:
    assert send({**event("payout.paid", "po_1"), "id": "evt_1"}, now) == 200
    assert send({**SELLERS_PAYOUT, "id": "evt_1"}, now, path=CONNECT) == 200
    assert WebhookEvent.objects.count() == 2


class Unread(io.RawIOBase):
    """A body that must not be read."""

    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("the body was read")


def refusal(**meta: str) -> int:
    request = RequestFactory().post(PLATFORM, b"", content_type="application/json")
    request.META.pop("CONTENT_LENGTH", None)
    request.META.update(meta)
    request._stream = Unread()  # type: ignore[attr-defined]
    return webhooks.receive(request, Source.PLATFORM).status_code


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize(
    ("length", "status"),
    [
        ("1000001", 413),
        ("10000000", 413),
        ("9" * 400, 413),
        ("", 411),
        ("-1", 411),
        ("ten", 411),
        ("١٠", 411),
    ],
)
def test_a_large_body_is_refused_unread(length: str, status: int) -> None:
    assert refusal(CONTENT_LENGTH=length) == status


@pytest.mark.usefixtures("refused")
def test_a_body_of_unknown_length_is_refused_unread() -> None:
    assert refusal(HTTP_TRANSFER_ENCODING="chunked") == 411


@pytest.mark.usefixtures("refused")
def test_ten_million_bytes(now: datetime) -> None:
    assert send(b" " * 10_000_000, now) == 413


@pytest.mark.usefixtures("refused")
def test_only_a_post_is_taken() -> None:
    assert [Client().get(path).status_code for path in (PLATFORM, CONNECT, V2)] == [405] * 3


def test_the_sandboxes_own_events_are_taken(sandbox: SandboxProcess, now: datetime) -> None:
    client = sandbox.client()
    sandbox.control("funds/add", amount=10_000, currency="eur")
    payout = client.v1.payouts.create({"amount": 4_000, "currency": "eur"})
    [made] = client.v1.events.list({"type": "payout.created"}).data
    assert send(json.dumps(made.to_dict()).encode(), now) == 200
    assert WebhookEvent.objects.get().object_id == payout.id
