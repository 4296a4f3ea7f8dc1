"""Ending a buyer's chance to pay."""

from __future__ import annotations

import uuid
from datetime import datetime

from payments.contracts import ChargeState
from payments.models import Charge, OperationKind, OperationState
from payments.operations import queue


def request_expiry(charge_id: uuid.UUID, at: datetime) -> None:
    """Writes the intent that this charge shall no longer be payable; ChargeExpired or ChargeCaptured follows."""
    charge = Charge.objects.get(pk=charge_id)
    if charge.state != ChargeState.PENDING:
        return
    op = queue.latest(OperationKind.EXPIRE_SESSION, charge.id)
    if op is None or op.state == OperationState.FAILED:
        queue.enqueue(OperationKind.EXPIRE_SESSION, charge.id, reference=charge.reference, at=at, params={})
