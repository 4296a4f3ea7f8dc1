"""What was sent, or may have been, and never answered: it is looked for, never sent from here."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db.models import Q

from payments.gateway.errors import GatewayError
from payments.models import DifferenceKind, OperationKind, OperationState, StripeOperation
from payments.operations import executor
from payments.operations.registry import handler_of
from payments.reconciliation import differences
from payments.reconciliation.comparing import AWAY
from payments.reconciliation.differences import Finding

logger = logging.getLogger(__name__)

NOUN = "operations"
# Harmless when done twice, so the executor repeats them instead of looking for them.
_REPEATED = (OperationKind.EXPIRE_SESSION, OperationKind.SET_PAYOUT_SCHEDULE, OperationKind.SUBMIT_EVIDENCE)


def unknown_after(text: str, at: datetime, *, limit: int) -> list[StripeOperation]:
    """Operations whose key Stripe may have forgotten, and parked ones; ``text``: the last one of the page before."""
    old = Q(state=OperationState.PENDING, first_sent_at__lt=at - executor.KEY_LIFETIME)
    waiting = StripeOperation.objects.filter(old | Q(state=OperationState.PARKED)).exclude(kind__in=_REPEATED)
    if text:
        waiting = waiting.filter(pk__gt=text)
    return list(waiting.order_by("pk")[:limit])


def look_for(op: StripeOperation, at: datetime) -> None:
    """Completes it where its object exists. Outside any transaction."""
    try:
        found = handler_of(op).find(op)
    except AWAY:
        raise
    except GatewayError as error:
        _report(op, f"Stripe: {error}", at)
        return
    if found is not None:
        if executor.complete(op.id, found, at):
            differences.note_repair(_finding(op, "Its object exists: completed."), at)
    elif op.state == OperationState.PARKED:
        _report(op, f"Parked, and Stripe has no such object: {op.error}", at)


def close_settled(at: datetime) -> None:
    """What is neither parked nor unknown any more needs nobody."""
    still = StripeOperation.objects.filter(state=OperationState.PARKED).values_list("pk", flat=True)
    differences.gone_but(NOUN, [str(pk) for pk in still], at)


def _report(op: StripeOperation, note: str, at: datetime) -> None:
    differences.report(_finding(op, note), at)


def _finding(op: StripeOperation, note: str) -> Finding:
    params = op.params or {}
    amount = params.get("amount")
    currency = str(params.get("currency", "")).upper()
    return Finding(
        DifferenceKind.STUCK,
        NOUN,
        str(op.id),
        ours_minor=-amount if isinstance(amount, int) else None,
        currency=currency,
        note=f"{op.get_kind_display()}: {note}",
        reference=op.reference,
    )
