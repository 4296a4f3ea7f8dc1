"""Payouts from a connected balance to the seller's bank, and that balance."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import stripe

from marketplace.kernel.money import Money
from payments.gateway.client import call
from payments.gateway.objects import Funds, Payout
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


def funds(account: str) -> dict[str, Funds]:
    """What lies in a connected account, by currency, in minor units."""
    found = call(lambda client: client.v1.balance.retrieve(None, options("", account)))
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for part in found.available:
        sums[part.currency.upper()][0] += part.amount
    for waiting in found.pending:
        sums[waiting.currency.upper()][1] += waiting.amount
    return {code: Funds(Money(available, code), Money(pending, code)) for code, (available, pending) in sums.items()}


def _payout(found: stripe.Payout) -> Payout:
    arrives = datetime.fromtimestamp(found.arrival_date, UTC).date() if found.arrival_date else None
    return Payout(
        id=found.id,
        status=found.status,
        arrives_on=arrives,
        failure=found.failure_message or found.failure_code or "",
        metadata=metadata_of(found),
        failure_code=found.failure_code or "",
    )
