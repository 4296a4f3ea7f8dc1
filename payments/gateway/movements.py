"""The platform's balance at Stripe: what it holds, and every movement that made it so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import stripe

from payments.gateway.client import call


@dataclass(frozen=True, slots=True)
class Movement:
    """A balance transaction. Amounts in minor units: positive came in, negative went out; net = amount − fee."""

    id: str
    type: str
    source: str  # the object that caused it; empty for some fees
    amount_minor: int
    fee_minor: int
    currency: str
    created_at: datetime

    @property
    def net_minor(self) -> int:
        return self.amount_minor - self.fee_minor


def of(source: str) -> list[Movement]:
    """What one object moved, oldest first; empty where nothing has moved yet."""
    params: Any = {"source": source, "limit": 100}
    found = call(lambda client: list(client.v1.balance_transactions.list(params).auto_paging_iter()))
    return sorted(map(movement, found), key=lambda moved: (moved.created_at, moved.id))


def totals() -> dict[str, int]:
    """Available and pending together, by currency, in minor units."""
    found = call(lambda client: client.v1.balance.retrieve())
    sums: Counter[str] = Counter()
    for part in found.available:
        sums[part.currency.upper()] += part.amount
    for waiting in found.pending:
        sums[waiting.currency.upper()] += waiting.amount
    return dict(sums)


def movement(found: stripe.BalanceTransaction) -> Movement:
    source = found.source
    return Movement(
        id=found.id,
        type=found.type,
        source=source if isinstance(source, str) else source.id if source else "",
        amount_minor=found.amount,
        fee_minor=found.fee,
        currency=found.currency.upper(),
        created_at=datetime.fromtimestamp(found.created, UTC),
    )
