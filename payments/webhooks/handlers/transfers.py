"""Transfers to sellers and what comes back of them: an event confirms the operation whose answer was lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from payments.gateway import transfers
from payments.gateway.objects import Reversal, Transfer
from payments.operations import executor
from payments.webhooks.handlers.parts import operation_of, unowned
from payments.webhooks.registry import Effect, Hint, follows


@follows("transfer.created", "transfer.updated")
def transfer(hint: Hint) -> Effect | None:
    found = transfers.read(hint.object_id)
    return _confirming([found]) or unowned(found.id, found.metadata)


@follows("transfer.reversed")
def reversed_transfer(hint: Hint) -> Effect | None:
    """With the transfer itself, whose own event may not have come."""
    return _confirming([transfers.read(hint.object_id), *transfers.reversals_of(hint.object_id)])


def _confirming(found: Sequence[Transfer | Reversal]) -> Effect | None:
    ours = [(op_id, one) for one in found if (op_id := operation_of(one.metadata))]

    def effect(at: datetime) -> None:
        for op_id, one in ours:
            executor.complete(op_id, one, at)

    return effect if ours else None
