"""Transfer reversals at Stripe: what became of a share that was asked back."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from payments import locks
from payments.gateway import transfers
from payments.gateway.errors import GatewayError
from payments.gateway.objects import Reversal
from payments.models import OperationKind, ReversalState, StripeOperation, TransferReversal
from payments.operations.registry import handles
from payments.services import undoing, waiting


@handles(OperationKind.REVERSE_TRANSFER)
class ReverseTransfer:
    def freeze(self, op: StripeOperation, at: datetime) -> dict[str, Any]:
        raise AssertionError("a reversal's parameters are frozen with its intent")

    def send(self, op: StripeOperation) -> Reversal:
        return transfers.reverse(op.frozen, op.idempotency_key)

    def find(self, op: StripeOperation) -> Reversal | None:
        return transfers.find_reversal(str(op.id), op.frozen["transfer"])

    def succeed(self, op: StripeOperation, found: Reversal, at: datetime) -> str:
        reversal = _lock(uuid.UUID(op.subject))
        if reversal.state == ReversalState.ASKED:
            reversal.stripe_reversal_id, reversal.livemode = found.id, op.livemode
            _end(reversal, ReversalState.DONE, at)
        return found.id

    def refuse(self, op: StripeOperation, error: GatewayError, at: datetime) -> None:
        """The connected account does not cover it, or is gone: the seller owes it."""
        reversal = _lock(uuid.UUID(op.subject))
        if reversal.state == ReversalState.ASKED:
            reversal.failure = str(error)[:300]
            _end(reversal, ReversalState.REFUSED, at)


def _end(reversal: TransferReversal, state: ReversalState, at: datetime) -> None:
    undoing.end(reversal, state, at)
    waiting.serve(reversal.release.charge, at)


def _lock(reversal_id: uuid.UUID) -> TransferReversal:
    row = TransferReversal.objects.values_list("release__charge_id", "release__charge__reference", "release_id")
    charge_id, reference, release_id = row.get(pk=reversal_id)
    charge = locks.lock_charge_for_fact(charge_id, reference)
    release = next(item for item in locks.lock_releases(charge) if item.id == release_id)
    reversal = TransferReversal.objects.select_for_update(of=("self",)).get(pk=reversal_id)
    reversal.release = release
    return reversal
