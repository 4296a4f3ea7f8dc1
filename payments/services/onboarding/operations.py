"""Calls to the provider that make an account and set its schedule aside."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from accounts import api as people
from payments.gateway import accounts as gateway
from payments.gateway import objects
from payments.gateway.errors import GatewayError
from payments.models import ConnectedAccount, OperationKind, StripeOperation
from payments.operations import queue
from payments.operations.registry import handles
from payments.services.onboarding.recording import record_account


@handles(OperationKind.CREATE_ACCOUNT)
class CreateAccount:
    def freeze(self, op: StripeOperation, at: datetime) -> dict[str, Any]:
        account = ConnectedAccount.objects.get(pk=op.subject)
        return gateway.create_params(
            email=account.email,
            country=account.country,
            display_name=people.person(account.user_id).name,
            metadata={"op_id": str(op.id), "account_id": str(account.id)},
        )

    def send(self, op: StripeOperation) -> objects.ConnectedAccount:
        return gateway.create(op.frozen, op.idempotency_key)

    def find(self, op: StripeOperation) -> objects.ConnectedAccount | None:
        return gateway.find(str(op.id))

    def succeed(self, op: StripeOperation, found: objects.ConnectedAccount, at: datetime) -> str:
        account_id = uuid.UUID(op.subject)
        record_account(account_id, found, at)
        if queue.latest(OperationKind.SET_PAYOUT_SCHEDULE, account_id) is None:
            queue.enqueue(
                OperationKind.SET_PAYOUT_SCHEDULE, account_id, reference="", account=found.id, params={}, at=at
            )
        return found.id

    def refuse(self, op: StripeOperation, error: GatewayError, at: datetime) -> None:
        """The seller may ask again, which makes a new operation."""


@handles(OperationKind.SET_PAYOUT_SCHEDULE)
class SetPayoutSchedule:
    """Setting it twice is harmless, so it needs no looking for."""

    def freeze(self, op: StripeOperation, at: datetime) -> dict[str, Any]:
        return {}

    def send(self, op: StripeOperation) -> str:
        return gateway.set_manual_payouts(op.account, op.idempotency_key)

    def find(self, op: StripeOperation) -> str:
        return self.send(op)

    def succeed(self, op: StripeOperation, found: str, at: datetime) -> str:
        return found

    def refuse(self, op: StripeOperation, error: GatewayError, at: datetime) -> None:
        """Logged as an error: the account would be paid out by the provider's own schedule until mended."""
