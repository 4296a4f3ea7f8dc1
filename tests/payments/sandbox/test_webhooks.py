"""Events: signed, in order, again until they are taken, and misbehaving on demand."""

from __future__ import annotations

import time

import stripe

from tests.payments.sandbox import scenes
from tests.support.processes import wait_until
from tests.support.sandbox import CONNECT_SECRET, SECRET, V2_SECRET, Ear, SandboxProcess

PAID = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "checkout.session.completed",
    "charge.updated",
]


def heard(ear: Ear, many: int) -> list[str]:
    wait_until(lambda: len(ear.heard) >= many, seconds=5, what=f"{many} events")
    return ear.types()


def test_paying_tells_in_order_with_stripe_s_signature(
    sandbox: SandboxProcess, client: stripe.StripeClient, ear: Ear
) -> None:
    charge = scenes.charge(sandbox, client)
    assert heard(ear, 5) == PAID
    events = [client.construct_event(found.body, found.signature, SECRET) for found in ear.heard]
    assert events[4].data.object["balance_transaction"] == charge.balance_transaction
    assert events[1].data.object["balance_transaction"] is None
    assert events[3].data.object["payment_status"] == "paid"


def test_each_family_has_its_own_secret(sandbox: SandboxProcess, client: stripe.StripeClient, ear: Ear) -> None:
    account = scenes.seller(sandbox, client)
    name = "v2.core.account[configuration.recipient].capability_status_updated"
    # Three senders: which is quicker is not said.
    wait_until(lambda: {"account.updated", name} <= set(ear.types()), seconds=5, what="both families")
    types = ear.types()
    connect = ear.heard[types.index("account.updated")]
    event = client.construct_event(connect.body, connect.signature, CONNECT_SECRET)
    assert (event.account, event.data.object["capabilities"]["transfers"]) == (account, "active")
    thin = ear.heard[types.index(name)]
    notification = client.parse_event_notification(thin.body, thin.signature, V2_SECRET)
    assert notification.type == name
    assert notification.fetch_related_object().id == account  # type: ignore[union-attr]


def test_a_receiver_that_fails_is_asked_again(sandbox: SandboxProcess, client: stripe.StripeClient, ear: Ear) -> None:
    ear.answer = 500
    made = scenes.session(client)
    client.v1.checkout.sessions.expire(made.id)
    heard(ear, 1)
    ear.answer = 200
    assert heard(ear, 2) == ["checkout.session.expired"] * 2
    assert ear.heard[0].event["id"] == ear.heard[1].event["id"]
    wait_until(lambda: sandbox.deliveries()[0]["status"] == "delivered", seconds=2, what="the mark")


def test_withheld_events_come_when_asked_for(sandbox: SandboxProcess, client: stripe.StripeClient, ear: Ear) -> None:
    sandbox.control("webhooks", mode="withhold")
    scenes.charge(sandbox, client)
    assert {row["status"] for row in sandbox.deliveries()} == {"withheld"}
    assert ear.heard == []
    assert sandbox.control("webhooks", mode="deliver", resend="withheld")["queued"] == 5
    assert heard(ear, 5) == PAID


def test_duplicates_and_the_wrong_order(sandbox: SandboxProcess, client: stripe.StripeClient, ear: Ear) -> None:
    sandbox.control("webhooks", mode="duplicate")
    client.v1.checkout.sessions.expire(scenes.session(client).id)
    assert heard(ear, 2) == ["checkout.session.expired"] * 2
    ear.heard.clear()
    sandbox.control("webhooks", mode="reorder")
    scenes.charge(sandbox, client)
    assert heard(ear, 5) == PAID[::-1]


def test_a_session_expires_by_itself(sandbox: SandboxProcess, client: stripe.StripeClient, ear: Ear) -> None:
    made = scenes.session(client, expires_at=int(time.time()) + 1)
    assert heard(ear, 1) == ["checkout.session.expired"]
    assert client.v1.checkout.sessions.retrieve(made.id).status == "expired"


def test_one_event_can_be_sent_again(sandbox: SandboxProcess, client: stripe.StripeClient, ear: Ear) -> None:
    client.v1.checkout.sessions.expire(scenes.session(client).id)
    heard(ear, 1)
    sandbox.control("webhooks", resend=ear.heard[0].event["id"])
    heard(ear, 2)
    assert ear.heard[0].event["id"] == ear.heard[1].event["id"]


def test_deliveries_survive_a_kill(sandbox: SandboxProcess, client: stripe.StripeClient, ear: Ear) -> None:
    ear.answer = 503
    client.v1.checkout.sessions.expire(scenes.session(client).id)
    heard(ear, 1)
    sandbox.kill()
    ear.answer = 200
    sandbox.up()
    assert heard(ear, 2) == ["checkout.session.expired"] * 2
