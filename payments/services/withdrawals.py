"""The platform's own money on its way to its bank: a payout of its own balance at Stripe."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from marketplace.kernel.ids import new_id
from payments import postings
from payments.errors import NotThePlatforms
from payments.gateway import objects, payouts
from payments.gateway.errors import GatewayError
from payments.models import ManualDeed, OperationKind, StripeOperation
from payments.operations import queue
from payments.operations.registry import handles
from payments.selectors.platform import platform_funds


def withdraw(deed: ManualDeed, at: datetime) -> None:
    """Intends the payout. Inside a transaction; one withdrawal at a time. Raises NotThePlatforms."""
    with connection.cursor() as cursor:
        # Two withdrawals at once would each see the money that the other takes.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('payments.withdrawals'))")
    if deed.amount > platform_funds(deed.currency).withdrawable:
        raise NotThePlatforms
    op_id = new_id()
    params = {
        "amount": deed.amount_minor,
        "currency": deed.currency.lower(),
        "metadata": {"op_id": str(op_id), "deed_id": str(deed.id)},
    }
    queue.enqueue(
        OperationKind.CREATE_WITHDRAWAL, deed.id, operation_id=op_id, reference=deed.reference, params=params, at=at
    )


@handles(OperationKind.CREATE_WITHDRAWAL)
class CreateWithdrawal:
    def freeze(self, op: StripeOperation, at: datetime) -> dict[str, Any]:
        raise AssertionError("a withdrawal's parameters are frozen with its intent")

    def send(self, op: StripeOperation) -> objects.Payout:
        return payouts.create(op.frozen, op.idempotency_key, op.account)

    def find(self, op: StripeOperation) -> objects.Payout | None:
        return payouts.find(str(op.id), op.account)

    def succeed(self, op: StripeOperation, found: objects.Payout, at: datetime) -> str:
        """Keyed by Stripe's id: the payout's webhook may have posted it before."""
        params = op.frozen
        postings.withdrawal(found.id, params["amount"], params["currency"].upper(), at)
        return found.id

    def refuse(self, op: StripeOperation, error: GatewayError, at: datetime) -> None:
        """Nothing was posted: the money is where it was, and may be asked for again."""
