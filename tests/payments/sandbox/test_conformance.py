"""Requests of the ``stripe`` package and answers of the sandbox, held against Stripe's API description."""

from __future__ import annotations

import pytest
import stripe

from tests.payments.sandbox import scenes
from tests.payments.sandbox.stories import STORIES
from tests.support import stripe_spec
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.skipif(not stripe_spec.present(), reason="../shared/stripe is not here")
# Types that the payments part acts on, or shows.
NEEDED = {
    "account.application.deauthorized", "account.external_account.created", "account.external_account.updated",
    "account.updated", "capability.updated", "charge.dispute.closed", "charge.dispute.created",
    "charge.dispute.funds_reinstated", "charge.dispute.funds_withdrawn", "charge.dispute.updated", "charge.failed",
    "charge.refund.updated", "charge.refunded", "charge.succeeded", "charge.updated",
    "checkout.session.async_payment_failed", "checkout.session.async_payment_succeeded",
    "checkout.session.completed", "checkout.session.expired", "payment_intent.canceled",
    "payment_intent.payment_failed", "payment_intent.succeeded", "payout.canceled", "payout.created",
    "payout.failed", "payout.paid", "payout.updated", "radar.early_fraud_warning.created",
    "radar.early_fraud_warning.updated", "refund.created", "refund.failed", "refund.updated", "topup.succeeded",
    "transfer.created", "transfer.reversed", "transfer.updated", "v2.core.account.closed", "v2.core.account.created",
    "v2.core.account.updated", "v2.core.account[configuration.recipient].capability_status_updated",
    "v2.core.account[configuration.recipient].updated", "v2.core.account[identity].updated",
    "v2.core.account[requirements].updated",
}  # fmt: skip
# Described, and not used by the product: payments without Checkout, embedded components,
# payouts taken back by the platform (in the USA and Canada).
LEFT_OUT = {
    "POST /v1/payment_intents", "POST /v1/payment_intents/{intent}/cancel",
    "POST /v1/payment_intents/{intent}/capture", "POST /v1/payment_intents/{intent}/confirm",
    "POST /v1/account_sessions", "POST /v1/payouts/{payout}/reverse",
}  # fmt: skip
# What the README of the sandbox says, too.
COUNT = "57 of 63 described operations, 17 beyond the description, 50 types of events"


def test_everything_said_keeps_to_the_description(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    covered, wrong = stripe_spec.NOTHING, set()
    for story in STORIES:
        sandbox.reset()
        story(sandbox, client)
        wrong |= set(stripe_spec.traffic_problems(sandbox))
        wrong |= {
            f"{row['type']}: {problem}"
            for row in sandbox.deliveries()
            for problem in stripe_spec.event_problems(row["body"])
        }
        covered |= stripe_spec.coverage(sandbox)
    assert wrong == set()
    described = {
        f"{method.upper()} {path}" for path, methods in stripe_spec.spec()["paths"].items() for method in methods
    }
    assert described - covered.described == LEFT_OUT
    assert NEEDED - covered.events == set()
    assert str(covered) == COUNT


def test_what_is_not_allowed_is_noticed(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    """The net itself has no holes: a wrong request, a wrong answer, an unknown operation, a wrong event."""
    with pytest.raises(stripe.InvalidRequestError):
        scenes.session(client, colour="red")
    client.v1.balance.retrieve()
    assert stripe_spec.traffic_problems(sandbox) == [
        "POST /v1/checkout/sessions: refused: Received unknown parameter: colour"
    ]
    assert stripe_spec.request_problems("POST", "/v1/transfers", {"amount": "5"})
    assert stripe_spec.response_problems("GET", "/v1/balance", 200, {"object": "balance", "extra": 1})
    assert stripe_spec.package_problems({"object": "topup", "amount": "5", "colour": "red"})
    with pytest.raises(LookupError):
        stripe_spec.operation("GET", "/v1/unicorns")
    sandbox.control("funds/add", amount=5)
    event = sandbox.sent("topup.succeeded")
    assert stripe_spec.event_problems(event) == []
    assert stripe_spec.event_problems(event | {"type": "topup.invented", "livemode": "no"})
