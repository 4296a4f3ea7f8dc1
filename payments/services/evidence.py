"""Evidence for a buyer's bank: put together from the owner's log, sent once, never too late."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format

from accounts import api as accounts
from payments import locks, owners
from payments.contracts import EVIDENCE_SENT_BEFORE
from payments.errors import NotDisputed
from payments.gateway import disputes
from payments.gateway.errors import GatewayError
from payments.gateway.objects import Dispute
from payments.models import Chargeback, ChargebackState, OperationKind, OperationState, StripeOperation
from payments.operations import queue
from payments.operations.registry import handles
from payments.services.chargebacks import record_dispute

# Stripe takes 150,000 characters over all fields; a bank's clerk reads far fewer.
_LONGEST_FIELD = 20_000
_ANSWERABLE = (ChargebackState.INQUIRY, ChargebackState.OPEN)


def assemble(chargeback: Chargeback) -> dict[str, str]:
    """The pack as it would be sent now, by Stripe's names of the fields; empty ones left out."""
    charge = chargeback.charge
    told = owners.evidence(charge.reference)
    fields = {
        "customer_name": accounts.person(charge.payer_id).name,
        "customer_email_address": charge.payer_email,
        "product_description": told.description,
        "service_date": date_format(told.service_date, "Y-m-d") if told.service_date else "",
        "access_activity_log": "\n".join(told.log),
        "refund_policy_disclosure": told.refund_policy,
        "uncategorized_text": "\n\n".join(part for part in (chargeback.evidence_note, *told.communication) if part),
    }
    return {name: text[:_LONGEST_FIELD] for name, text in fields.items() if text}


@transaction.atomic
def note(chargeback_id: uuid.UUID, text: str) -> None:
    """What the seller says about it, in their own words; sent with the rest. Raises NotDisputed once that is done."""
    chargeback = _lock(chargeback_id)
    if chargeback.submitted_at or chargeback.state not in _ANSWERABLE:
        raise NotDisputed
    chargeback.evidence_note = text[:_LONGEST_FIELD]
    chargeback.save(update_fields=["evidence_note"])


@transaction.atomic
def submit(chargeback_id: uuid.UUID, at: datetime) -> bool:
    """Intends to send the pack as it is now; False where that is under way or done. Raises NotDisputed."""
    chargeback = _lock(chargeback_id)
    if chargeback.state not in _ANSWERABLE:
        raise NotDisputed
    latest = queue.latest(OperationKind.SUBMIT_EVIDENCE, chargeback.id)
    if chargeback.submitted_at or (latest and latest.state != OperationState.FAILED):
        return False
    chargeback.evidence = assemble(chargeback)
    chargeback.save(update_fields=["evidence"])
    params = {"dispute": chargeback.stripe_dispute_id, "evidence": chargeback.evidence, "submit": True}
    reference = chargeback.charge.reference
    queue.enqueue(OperationKind.SUBMIT_EVIDENCE, chargeback.id, reference=reference, params=params, at=at)
    return True


def submit_due(at: datetime) -> int:
    """Sends what nobody has sent while there is still time; returns how many. One transaction each."""
    due = Chargeback.objects.filter(
        state__in=_ANSWERABLE, submitted_at=None, evidence_due_at__gt=at, evidence_due_at__lte=at + EVIDENCE_SENT_BEFORE
    )
    return sum(submit(chargeback_id, at) for chargeback_id in due.values_list("id", flat=True))


def _lock(chargeback_id: uuid.UUID) -> Chargeback:
    row = Chargeback.objects.values_list("charge_id", "charge__reference", "stripe_dispute_id").get(pk=chargeback_id)
    charge = locks.lock_charge_for_fact(row[0], row[1])
    chargeback = locks.lock_chargeback(row[2])
    assert chargeback is not None  # noqa: S101 - it was read a moment ago, and rows are never deleted
    chargeback.charge = charge
    return chargeback


@handles(OperationKind.SUBMIT_EVIDENCE)
class SubmitEvidence:
    def freeze(self, op: StripeOperation, at: datetime) -> dict[str, Any]:
        raise AssertionError("evidence is frozen with its intent")

    def send(self, op: StripeOperation) -> Dispute:
        return disputes.submit(op.frozen, op.idempotency_key)

    def find(self, op: StripeOperation) -> Dispute | None:
        found = disputes.read(op.frozen["dispute"])
        return found if found.submissions else None

    def succeed(self, op: StripeOperation, found: Dispute, at: datetime) -> str:
        charge_id = Chargeback.objects.values_list("charge_id", flat=True).get(pk=op.subject)
        record_dispute(charge_id, found, at)
        Chargeback.objects.filter(pk=op.subject, submitted_at=None).update(submitted_at=at)
        return found.id

    def refuse(self, op: StripeOperation, error: GatewayError, at: datetime) -> None:
        """Too late, or decided already: logged as an error, and the next look at the dispute says which."""
