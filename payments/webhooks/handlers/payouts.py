"""Payouts: of sellers' accounts, shown to them; of the platform, a withdrawal in the ledger."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from marketplace.kernel.models import as_uuid
from payments.gateway import movements, payouts
from payments.models import Payout
from payments.operations import executor
from payments.services.payouts import record_payout
from payments.services.platform import book_all
from payments.webhooks.envelope import Source
from payments.webhooks.handlers.parts import closing, operation_of
from payments.webhooks.registry import Effect, Hint, follows

_TYPES = ("payout.created", "payout.updated", "payout.paid", "payout.failed", "payout.canceled")


@follows(*_TYPES, source=Source.CONNECT)
def sellers(hint: Hint) -> Effect | None:
    """A failure can follow a success."""
    found = payouts.read(hint.object_id, hint.account)
    payout_id = as_uuid(found.metadata.get("payout_id", ""))
    if payout_id is None or not Payout.objects.filter(pk=payout_id, account__stripe_id=hint.account).exists():
        return None
    return closing(found, partial(record_payout, payout_id, found))


@follows(*_TYPES)
def platforms(hint: Hint) -> Effect | None:
    """The money leaves with the payout's creation and comes back with its failure: as the balance itself says."""
    found, moved = payouts.read(hint.object_id, ""), movements.of(hint.object_id)
    op_id = operation_of(found.metadata)
    if not moved and op_id is None:
        return None

    def effect(at: datetime) -> None:
        if op_id:
            executor.complete(op_id, found, at)
        book_all(moved, at)

    return effect
