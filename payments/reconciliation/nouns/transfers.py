"""Transfers beside what our releases sent, less what came back of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from payments.gateway import listings, transfers
from payments.gateway.listings import Listed, Side
from payments.models import OperationKind, Release
from payments.reconciliation.adoption import adopt, unsent
from payments.reconciliation.nouns.noun import Noun
from payments.reconciliation.rebuilding import rebuild_transfer


def _ours(found: Sequence[Listed]) -> dict[str, Side]:
    rows = Release.objects.filter(stripe_transfer_id__in=[item.id for item in found]).select_related("charge")
    return {row.stripe_transfer_id: Side(row.reversed_minor - row.sent_minor, row.charge.currency) for row in rows}


def _adopt(found: Listed, at: datetime) -> bool:
    """The same share of the same payment to the same seller, intended here again after a backup was restored."""
    same: dict[str, Any] = {
        "transfer_group": found.metadata.get("reference", ""),
        "destination": found.destination,
        "amount": -found.side.amount_minor,
    }
    if found.charge:  # a promotion's has no payment behind it
        same["source_transaction"] = found.charge
    made = transfers.read(found.id)
    op = unsent(OperationKind.CREATE_TRANSFER, same, at)
    return adopt(op, made, at) if op else rebuild_transfer(found, made, at)


TRANSFERS = Noun("transfers", listings.TRANSFERS, "transfer.reversed", _ours, _adopt)
