"""What most tests begin with: a session, a paid charge, a seller who can be paid."""

from __future__ import annotations

import time
from typing import Any, cast

import stripe

from tests.support.sandbox import SandboxProcess


def session_params(amount: int = 10_000, currency: str = "eur", **more: Any) -> Any:
    price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "A logo"}}
    return {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "success_url": "http://127.0.0.1:9/paid?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/order",
        "client_reference_id": "order-1",
        "expires_at": int(time.time()) + 35 * 60,
        "metadata": {"op_id": "1"},
        "adaptive_pricing": {"enabled": False},
        "payment_intent_data": {
            "transfer_group": "order-1",
            "statement_descriptor_suffix": "ORDER 1",
            "metadata": {"op_id": "1"},
        },
    } | more


def session(client: stripe.StripeClient, amount: int = 10_000, **more: Any) -> stripe.checkout.Session:
    return client.v1.checkout.sessions.create(session_params(amount, **more))


def charge(
    sandbox: SandboxProcess, client: stripe.StripeClient, amount: int = 10_000, card: str = "4242424242424242"
) -> stripe.Charge:
    made = session(client, amount)
    sandbox.pay(made.id, card)
    paid = client.v1.checkout.sessions.retrieve(made.id, {"expand": ["payment_intent.latest_charge"]})
    return cast("stripe.Charge", cast("stripe.PaymentIntent", paid.payment_intent).latest_charge)


def account(client: stripe.StripeClient, country: str = "DE") -> Any:
    capability: Any = {"stripe_balance": {"stripe_transfers": {"requested": True}}}
    return client.v2.core.accounts.create(
        {
            "contact_email": "seller@example.org",
            "dashboard": "express",
            "display_name": "Sam Seller",
            "identity": {"country": country, "entity_type": "individual"},
            "configuration": {"recipient": {"capabilities": capability}},
            "defaults": {"responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
            "include": ["configuration.recipient", "defaults", "identity", "requirements"],
            "metadata": {"seller": "1"},
        }
    )


def seller(sandbox: SandboxProcess, client: stripe.StripeClient, **given: object) -> str:
    made = str(account(client).id)
    sandbox.control("onboard", account=made, **given)
    return made


def balance(client: stripe.StripeClient, account: str = "") -> tuple[int, int]:
    """Available and pending, in cents."""
    options: Any = {"stripe_account": account} if account else {}
    found = client.v1.balance.retrieve({}, options)
    return found.available[0].amount, found.pending[0].amount


def events(client: stripe.StripeClient, prefix: str, account: str = "") -> list[str]:
    """Types of the events that begin so, oldest first."""
    options: Any = {"stripe_account": account} if account else {}
    found = [event.type for event in client.v1.events.list({"limit": 100}, options).data]
    return [kind for kind in found[::-1] if kind.startswith(prefix)]
