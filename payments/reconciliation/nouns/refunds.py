"""Refunds at Stripe beside ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from marketplace.kernel.models import as_uuid
from payments.gateway import listings, refunds
from payments.gateway.listings import Listed, Side
from payments.models import OperationKind, Refund, RefundState
from payments.reconciliation.adoption import adopt, unsent
from payments.reconciliation.nouns.noun import Noun

_STATES = {
    RefundState.PENDING: "pending",
    RefundState.SUCCEEDED: "done",
    RefundState.BOUNCED: "returned",
    RefundState.SETTLED: "returned",
}
_GONE_OUT = ("pending", "done")


def _ours(found: Sequence[Listed]) -> dict[str, Side]:
    marked = {refund_id: item.id for item in found if (refund_id := as_uuid(item.metadata.get("refund_id", "")))}
    known = Q(stripe_refund_id__in=[item.id for item in found]) | Q(stripe_refund_id="", pk__in=marked)
    rows = Refund.objects.filter(known).select_related("charge")
    return {row.stripe_refund_id or marked[row.pk]: _side(row) for row in rows}


def _side(refund: Refund) -> Side:
    state = _STATES.get(RefundState(refund.state), refund.state)
    return Side(-refund.amount_minor if state in _GONE_OUT else 0, refund.charge.currency, state)


def _adopt(found: Listed, at: datetime) -> bool:
    """The same amount of the same payment, decided here again after a backup was restored."""
    op = unsent(OperationKind.CREATE_REFUND, {"charge": found.charge, "amount": -found.side.amount_minor}, at)
    return op is not None and adopt(op, refunds.read(found.id), at)


REFUNDS = Noun("refunds", listings.REFUNDS, "refund.updated", _ours, _adopt)
