"""Pulling and lifting the kill switches. Whatever is braked is still intended and written, but not sent."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from payments.models import Brake, BrakeRecord, OperationKind, Outflow

logger = logging.getLogger(__name__)

# Which kinds of operation let money out. Asking a transfer back brings money in, so it is never braked.
OUTFLOWS = {
    OperationKind.CREATE_REFUND: Outflow.REFUNDS,
    OperationKind.CREATE_TRANSFER: Outflow.TRANSFERS,
    OperationKind.CREATE_PAYOUT: Outflow.PAYOUTS,
    OperationKind.CREATE_WITHDRAWAL: Outflow.PAYOUTS,
}


@transaction.atomic
def pull(outflow: Outflow, *, reason: str, by_id: int | None, at: datetime, until_reconciled: bool = False) -> None:
    """Stops an outflow. Pulling again keeps the first moment and the stricter condition."""
    brake, is_new = Brake.objects.select_for_update().get_or_create(
        outflow=outflow,
        defaults={
            "reason": reason[:300],
            "pulled_by_id": by_id,
            "pulled_at": at,
            "until_reconciled": until_reconciled,
        },
    )
    if not is_new and until_reconciled and not brake.until_reconciled:
        brake.until_reconciled = True
        brake.save(update_fields=["until_reconciled"])
    logger.critical("%s are stopped: %s", outflow, reason)


def lift(outflow: Outflow, *, by_id: int | None, note: str = "") -> bool:
    """Lets an outflow run again; False where it ran, or where it waits for a reconciliation (``lift_reconciled``)."""
    return bool(_lift(Brake.objects.filter(outflow=outflow, until_reconciled=False), by_id, note))


def lift_reconciled() -> int:
    """For the reconciliation alone, when both sides are equal to the minor unit."""
    return _lift(Brake.objects.filter(until_reconciled=True), None, "both sides are equal")


@transaction.atomic
def _lift(pulled: QuerySet[Brake], by_id: int | None, note: str) -> int:
    brakes = list(pulled.select_for_update())
    for brake in brakes:
        BrakeRecord.objects.create(
            outflow=brake.outflow,
            reason=brake.reason,
            pulled_by_id=brake.pulled_by_id,
            pulled_at=brake.pulled_at,
            lifted_by_id=by_id,
            lifted_at=Now(),  # the database's clock, as everywhere
            note=note[:300],
        )
        brake.delete()
        logger.warning("%s run again, lifted by %s", brake.outflow, by_id)
    return len(brakes)


def braked_kinds() -> list[OperationKind]:
    """Kinds of operation that may not be sent now. One query."""
    pulled = set(Brake.objects.values_list("outflow", flat=True))
    return [kind for kind, outflow in OUTFLOWS.items() if outflow in pulled]
