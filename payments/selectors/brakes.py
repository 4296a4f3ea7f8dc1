"""Kill switches that are pulled, and those that were."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count

from payments.models import Brake, BrakeRecord, OperationKind, OperationState, Outflow, StripeOperation
from payments.operations.brakes import OUTFLOWS

_HISTORY = 50


def pulled() -> Sequence[Brake]:
    return list(Brake.objects.order_by("pulled_at"))


def history() -> Sequence[BrakeRecord]:
    """The last fifty that were lifted."""
    return list(BrakeRecord.objects.order_by("-id")[:_HISTORY])


def waiting() -> dict[str, int]:
    """How many operations of each outflow have not been sent; one query over what is pending."""
    pending = StripeOperation.objects.filter(state=OperationState.PENDING, kind__in=list(OUTFLOWS)).order_by()
    counts = dict.fromkeys(Outflow.values, 0)
    for kind, number in pending.values_list("kind").annotate(number=Count("id")):
        counts[OUTFLOWS[OperationKind(kind)]] += number
    return counts
