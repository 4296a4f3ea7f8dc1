"""Checkout sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import stripe

from marketplace.kernel.money import Money
from payments.gateway.client import call
from payments.gateway.objects import Session
from payments.gateway.options import metadata_of, options

_EXPAND = ["payment_intent.latest_charge.balance_transaction"]


def create(params: dict[str, Any], key: str) -> Session:
    return _session(call(lambda client: client.v1.checkout.sessions.create(params, options(key))))  # type: ignore[arg-type]


def expire(session_id: str, key: str) -> Session:
    return _session(
        call(lambda client: client.v1.checkout.sessions.expire(session_id, {"expand": _EXPAND}, options(key)))
    )


def read(session_id: str) -> Session:
    return _session(call(lambda client: client.v1.checkout.sessions.retrieve(session_id, {"expand": _EXPAND})))


def find(op_id: str, since: datetime) -> Session | None:
    """The session that an operation made, by its metadata; listing cannot filter by it."""

    def ask(client: stripe.StripeClient) -> Session | None:
        created = {"gte": int(since.timestamp()) - 300}
        pages: Iterator[Any] = client.v1.checkout.sessions.list(
            {"created": created, "limit": 100}  # type: ignore[arg-type]
        ).auto_paging_iter()
        return next((_session(found) for found in pages if metadata_of(found).get("op_id") == op_id), None)

    return call(ask)


def failed_attempts(payment_intent_id: str) -> int:
    """How many cards were refused for a payment; counted up to a hundred."""
    page = call(lambda client: client.v1.charges.list({"payment_intent": payment_intent_id, "limit": 100}))
    return sum(found.status == "failed" for found in page.data)


def _session(found: Any) -> Session:
    intent = found.payment_intent if isinstance(found.payment_intent, stripe.PaymentIntent) else None
    charge = intent.latest_charge if intent and isinstance(intent.latest_charge, stripe.Charge) else None
    is_paid = found.payment_status == "paid" and bool(intent and charge and charge.paid)
    return Session(
        id=found.id,
        url=found.url or "",
        status=found.status or "",
        is_paid=is_paid,
        livemode=found.livemode,
        payment_intent_id=intent.id if intent else found.payment_intent or "",
        charge_id=charge.id if charge else "",
        received=Money(charge.amount, charge.currency.upper()) if is_paid and charge else None,
        fee=_fee(charge),
        metadata=metadata_of(found),
    )


def _fee(charge: stripe.Charge | None) -> Money | None:
    booked = charge.balance_transaction if charge else None
    return Money(booked.fee, booked.currency.upper()) if isinstance(booked, stripe.BalanceTransaction) else None
