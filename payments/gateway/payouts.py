"""Payouts from a connected balance to the seller's bank, and that balance."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import stripe

from payments.gateway.client import call
from payments.gateway.objects import Payout
from payments.gateway.options import metadata_of, options


def create(params: dict[str, Any], key: str, account: str) -> Payout:
    return _payout(call(lambda client: client.v1.payouts.create(params, options(key, account))))  # type: ignore[arg-type]


def read(payout_id: str, account: str) -> Payout:
    return _payout(call(lambda client: client.v1.payouts.retrieve(payout_id, None, options("", account))))


def find(op_id: str, account: str) -> Payout | None:
    def ask(client: stripe.StripeClient) -> Payout | None:
        pages = client.v1.payouts.list({"limit": 100}, options("", account)).auto_paging_iter()
        return next((_payout(found) for found in pages if metadata_of(found).get("op_id") == op_id), None)

    return call(ask)


def available_minor(account: str, currency: str) -> int:
    """What may be paid out of a connected account now, in minor units."""
    found = call(lambda client: client.v1.balance.retrieve(None, options("", account)))
    return sum(part.amount for part in found.available if part.currency.upper() == currency)


def _payout(found: stripe.Payout) -> Payout:
    arrives = datetime.fromtimestamp(found.arrival_date, UTC).date() if found.arrival_date else None
    return Payout(
        id=found.id,
        status=found.status,
        arrives_on=arrives,
        failure=found.failure_message or found.failure_code or "",
        metadata=metadata_of(found),
    )
