"""Webhooks: refused, absorbed, or applied once by reading the object again."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from payments import api
from payments.contracts import ChargeState, PayoutGate
from payments.gateway import transfers
from payments.models import Charge, OperationState, Payout, StripeOperation, WebhookEvent
from payments.services import books, webhook_inbox
from tests.payments.scenes import Scene, ledger_size
from tests.support.sandbox import CONNECT_SECRET, SECRET, SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)


MINUTE = timedelta(minutes=1)


def body_of(kind: str, object_id: str, **more: Any) -> bytes:
    event = {"id": f"evt_{kind}_{object_id}", "type": kind, "livemode": False, "data": {"object": {"id": object_id}}}
    return json.dumps({**event, **more}).encode()


def signature(body: bytes, at: datetime, secret: str = SECRET) -> str:
    stamp = int(at.timestamp())
    value = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={'0' * 64},v1={value}"


def send(body: bytes, at: datetime, *, secret: str = SECRET, path: str = "/stripe/webhooks/") -> int:
    headers = {"Stripe-Signature": signature(body, at, secret)}
    return Client().post(path, body, content_type="application/json", headers=headers).status_code


def tell(kind: str, object_id: str, at: datetime, **more: Any) -> WebhookEvent:
    """Sends an event and processes it a minute later."""
    body = body_of(kind, object_id, **more)
    assert send(body, at) == 200
    webhook_inbox.process_due(at + MINUTE)
    return WebhookEvent.objects.get(event_id=json.loads(body)["id"])


@pytest.mark.parametrize(
    "header",
    ["", "nonsense", "t=1,v1=", "v1=abc", "t=99999999999999999999,v1=a", "t=x,v1=é"],
)
def test_a_bad_signature_is_refused(sandbox: SandboxProcess, header: str) -> None:
    body = body_of("transfer.created", "tr_1")
    answer = Client().post(
        "/stripe/webhooks/", body, content_type="application/json", headers={"Stripe-Signature": header}
    )
    assert (answer.status_code, WebhookEvent.objects.count()) == (400, 0)


@pytest.mark.parametrize("minutes", [-6, 2])
def test_a_signature_of_another_time_is_refused(sandbox: SandboxProcess, now: datetime, minutes: int) -> None:
    assert send(body_of("transfer.created", "tr_1"), now + timedelta(minutes=minutes)) == 400
    assert WebhookEvent.objects.count() == 0


def test_a_changed_body_is_refused(sandbox: SandboxProcess, now: datetime) -> None:
    header = signature(body_of("transfer.created", "tr_1"), now)
    answer = Client().post(
        "/stripe/webhooks/",
        body_of("transfer.created", "tr_2"),
        content_type="application/json",
        headers={"Stripe-Signature": header},
    )
    assert (answer.status_code, WebhookEvent.objects.count()) == (400, 0)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"5", b'{"id": 1}', b'{"id":"e","type":"t","livemode":true}'])
def test_a_signed_body_that_is_no_event_of_this_mode_is_refused(
    sandbox: SandboxProcess, now: datetime, body: bytes
) -> None:
    assert (send(body, now), WebhookEvent.objects.count()) == (400, 0)


def test_each_endpoint_has_its_own_secret(sandbox: SandboxProcess, now: datetime) -> None:
    body = body_of("payout.paid", "po_1", account="acct_1")
    assert send(body, now, path="/stripe/webhooks/connect/") == 400
    assert send(body, now, path="/stripe/webhooks/connect/", secret=CONNECT_SECRET) == 200
    assert send(body, now, secret=CONNECT_SECRET) == 400
    assert list(WebhookEvent.objects.values_list("source", flat=True)) == ["connect"]


def test_only_a_post_is_taken(sandbox: SandboxProcess) -> None:
    assert Client().get("/stripe/webhooks/").status_code == 405


def test_an_unknown_type_is_kept_and_ignored(sandbox: SandboxProcess, now: datetime) -> None:
    event = tell("customer.created", "cus_1", now)
    assert event.outcome == "ignored: nothing here follows this type"
    assert event.processed_at == now + MINUTE
    assert sandbox.requests() == []


@pytest.mark.parametrize(
    ("kind", "object_id"),
    [
        ("checkout.session.completed", "cs_nobody"),
        ("payment_intent.succeeded", "pi_nobody"),
        ("refund.updated", "re_nobody"),
        ("transfer.created", "tr_nobody"),
        ("payout.paid", "po_nobody"),
        ("account.updated", "acct_nobody"),
        ("v2.core.account[requirements].updated", "acct_nobody"),
        ("refund.updated", ""),
    ],
)
def test_an_unknown_object_is_absorbed(sandbox: SandboxProcess, now: datetime, kind: str, object_id: str) -> None:
    event = tell(kind, object_id, now)
    assert event.outcome.startswith("ignored")
    assert ledger_size() == (0, 0)


def test_the_same_event_twice_is_one(live_scene: Scene) -> None:
    charge = pay(live_scene)
    for _ in range(2):
        tell("checkout.session.completed", charge.session_id, live_scene.at)
    charge.refresh_from_db()
    assert (WebhookEvent.objects.count(), charge.state) == (1, ChargeState.CAPTURED)
    assert ledger_size() == (2, 4)


def test_a_payment_is_captured_from_any_of_its_events(live_scene: Scene) -> None:
    charge = pay(live_scene)
    intent = live_scene.stripe.client().v1.checkout.sessions.retrieve(charge.session_id).payment_intent  # type: ignore[union-attr]
    body = {"object": {"id": intent, "metadata": {"charge_id": str(charge.id)}}}
    event = tell("payment_intent.succeeded", str(intent), live_scene.at, data=body)
    charge.refresh_from_db()
    assert (event.outcome, charge.state) == ("done", ChargeState.CAPTURED)
    for kind in ("charge.updated", "charge.succeeded"):
        tell(kind, charge.stripe_charge_id, live_scene.at)
    tell("checkout.session.expired", charge.session_id, live_scene.at)
    assert ledger_size() == (2, 4)


def test_what_the_body_claims_is_not_believed(live_scene: Scene) -> None:
    charge = live_scene.pending()
    api.checkout_url(charge.id, live_scene.at)
    charge.refresh_from_db()
    claimed = {"object": {"id": charge.session_id, "payment_status": "paid", "status": "complete"}}
    tell("checkout.session.completed", charge.session_id, live_scene.at, data=claimed)
    charge.refresh_from_db()
    assert (charge.state, ledger_size()) == (ChargeState.PENDING, (0, 0))


def test_an_event_closes_an_operation_whose_answer_was_lost(live_scene: Scene) -> None:
    live_scene.open_account()
    live_scene.released()
    api.clear("order:1", live_scene.at)
    op = StripeOperation.objects.get(kind="create_transfer")
    made = transfers.create(op.frozen, op.idempotency_key)
    assert tell("transfer.created", made.id, live_scene.at).outcome == "done"
    op.refresh_from_db()
    assert (op.state, op.stripe_id) == (OperationState.DONE, made.id)
    assert books.differences() == []


def test_a_refund_that_fails_afterwards(live_scene: Scene) -> None:
    refund = live_scene.refund(live_scene.captured(), 1_000)
    live_scene.run()
    refund.refresh_from_db()
    live_scene.stripe.control("refunds/fail", refund=refund.stripe_refund_id)  # type: ignore[union-attr]
    tell("refund.failed", refund.stripe_refund_id, live_scene.at)
    refund.refresh_from_db()
    assert refund.state == "bounced"
    assert books.differences() == []


def test_an_account_is_read_again(live_scene: Scene) -> None:
    account = live_scene.open_account()
    live_scene.stripe.control("accounts/judge", account=account.stripe_id, status="restricted")  # type: ignore[union-attr]
    related = {"id": account.stripe_id, "type": "v2.core.account"}
    tell("v2.core.account[requirements].updated", "x", live_scene.at, data=None, related_object=related)
    assert api.payout_status(live_scene.seller.pk).gate == PayoutGate.INCOMPLETE


def test_however_long_stripe_is_away_its_events_are_not_given_up(live_scene: Scene) -> None:
    charge = pay(live_scene)
    live_scene.stripe.faults("GET /v1/checkout/sessions/*", "500_before", times=12)  # type: ignore[union-attr]
    event = tell("checkout.session.completed", charge.session_id, live_scene.at)
    assert (event.processed_at, event.attempts) == (None, 1)
    for hours in range(1, 13):
        webhook_inbox.process_due(live_scene.at + timedelta(hours=hours))
    event.refresh_from_db()
    charge.refresh_from_db()
    assert (event.attempts, event.parked_at, charge.state) == (13, None, ChargeState.CAPTURED)


def test_an_event_that_cannot_be_recorded_is_parked_in_the_end(
    live_scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    charge = pay(live_scene)

    def fails(*_: object) -> None:
        raise RuntimeError("a bug here")

    monkeypatch.setattr(webhook_inbox, "_finish", fails)
    event = tell("checkout.session.completed", charge.session_id, live_scene.at)
    for hours in range(1, 12):
        webhook_inbox.process_due(live_scene.at + timedelta(hours=hours))
    event.refresh_from_db()
    assert (event.attempts, event.parked_at) == (10, live_scene.at + timedelta(hours=9))


def test_effect_and_mark_are_one_transaction(live_scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    charge = pay(live_scene)

    def fails(*_: object) -> None:
        raise RuntimeError("killed in between")

    with monkeypatch.context() as patch:
        patch.setattr(webhook_inbox, "_finish", fails)
        tell("checkout.session.completed", charge.session_id, live_scene.at)
    assert ledger_size() == (0, 0)
    webhook_inbox.process_due(live_scene.at + timedelta(hours=1))
    assert ledger_size() == (2, 4)


def test_a_webhook_that_never_comes_is_made_good(live_scene: Scene) -> None:
    from payments.services import sync

    charge = pay(live_scene)
    Charge.objects.update(created_at=live_scene.at - timedelta(minutes=2), synced_at=None)
    assert sync.sync_open(live_scene.at) == 1
    assert sync.sync_open(live_scene.at) == 0
    charge.refresh_from_db()
    assert charge.state == ChargeState.CAPTURED


def pay(scene: Scene) -> Charge:
    """Paid at Stripe, not known here."""
    charge = scene.pending()
    api.checkout_url(charge.id, scene.at)
    charge.refresh_from_db()
    scene.stripe.pay(charge.session_id)  # type: ignore[union-attr]
    return charge


def test_payouts_follow_their_own_events(live_scene: Scene) -> None:
    from payments.services.payouts import run_payouts

    live_scene.open_account()
    live_scene.released()
    with transaction.atomic():
        api.clear("order:1", live_scene.at)
    live_scene.run()
    assert run_payouts(live_scene.at) == 1
    live_scene.run()
    payout = Payout.objects.get()
    assert payout.state == "sent"
    account = payout.account.stripe_id
    for event, state in [("payout.paid", "paid"), ("payout.updated", "paid")]:
        tell(event, payout.stripe_payout_id, live_scene.at + timedelta(seconds=3), account=account)
        payout.refresh_from_db()
        assert payout.state in (state, "sent")
