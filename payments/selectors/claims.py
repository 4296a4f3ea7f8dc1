"""What buyers' banks claim back, for whoever is heard about it."""

from __future__ import annotations

from marketplace.kernel.money import Money
from payments.contracts import EVIDENCE_SENT_BEFORE, BankClaim
from payments.models import Chargeback, ChargebackState


def bank_claims(reference: str) -> list[BankClaim]:
    """Claims of a reference that a bank has not decided yet, the oldest first. One query."""
    found = Chargeback.objects.filter(
        charge__reference=reference, state__in=[ChargebackState.INQUIRY, ChargebackState.OPEN]
    )
    return [_view(row) for row in found.order_by("opened_at", "id")]


def _view(row: Chargeback) -> BankClaim:
    due = row.evidence_due_at
    return BankClaim(
        id=row.id,
        amount=Money(row.amount_minor, row.currency),
        reason=row.reason,
        note=row.evidence_note,
        told_until=due - EVIDENCE_SENT_BEFORE if due else None,
        was_sent=row.submitted_at is not None,
    )
