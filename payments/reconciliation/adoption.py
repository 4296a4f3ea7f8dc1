"""After a restore: an object that bears our mark, and the intent written here since that would make it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from payments.models import OperationKind, OperationState, StripeOperation
from payments.operations import executor


def unsent(kind: OperationKind, same: dict[str, Any], at: datetime) -> StripeOperation | None:
    """The oldest waiting operation with these parameters that nobody is sending just now."""
    wanted = {f"params__{name}": value for name, value in same.items()}
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    waiting = StripeOperation.objects.filter(free, kind=kind, state=OperationState.PENDING, **wanted)
    return waiting.order_by("created_at", "id").first()


def adopt(op: StripeOperation, found: Any, at: datetime) -> bool:
    return executor.complete(op.id, found, at)
