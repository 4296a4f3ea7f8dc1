"""Disputes, and the evidence sent for them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import stripe

from marketplace.kernel.money import Money
from payments.gateway.client import call
from payments.gateway.objects import Dispute, Movement
from payments.gateway.options import metadata_of, options


def read(dispute_id: str) -> Dispute:
    return _dispute(call(lambda client: client.v1.disputes.retrieve(dispute_id, {"expand": ["charge"]})))


def submit(params: dict[str, Any], key: str) -> Dispute:
    """Sends the evidence for good: a bank reads one submission."""
    fields: Any = {name: value for name, value in params.items() if name != "dispute"}
    return _dispute(call(lambda client: client.v1.disputes.update(params["dispute"], fields, options(key))))


def _dispute(found: stripe.Dispute) -> Dispute:
    details = found.evidence_details
    return Dispute(
        id=found.id,
        charge_id=found.charge if isinstance(found.charge, str) else found.charge.id,
        status=found.status,
        reason=found.reason,
        amount=Money(found.amount, found.currency.upper()),
        movements=tuple(_movement(moved) for moved in found.balance_transactions),
        evidence_due_at=datetime.fromtimestamp(details.due_by, UTC) if details.due_by else None,
        has_evidence=details.has_evidence,
        submissions=details.submission_count,
        livemode=found.livemode,
        metadata=metadata_of(found),
        payment_metadata={} if isinstance(found.charge, str) else metadata_of(found.charge),
    )


def _movement(moved: stripe.BalanceTransaction) -> Movement:
    return Movement(id=moved.id, amount=Money(moved.amount, moved.currency.upper()), fee_minor=moved.fee)
