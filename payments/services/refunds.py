"""Refunds: from the hold back to the buyer, in two steps, and what happens when a bank sends one back."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.kernel import events
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import CurrencyMismatch, Money
from payments import locks, postings
from payments.contracts import ChargeState, RefundRequest, RefundSucceeded
from payments.errors import ExceedsHold, KeyReused, NotCaptured
from payments.gateway import objects, refunds
from payments.gateway.errors import GatewayError
from payments.models import Charge, OperationKind, Refund, RefundState, StripeOperation
from payments.operations import queue
from payments.operations.registry import handles
from payments.services.releases import undo_releases

logger = logging.getLogger(__name__)


@transaction.atomic
def refund(request: RefundRequest, at: datetime) -> None:
    """Intends a refund; what was released but not sent goes back into the hold first. Idempotent by key.

    Raises NotCaptured, ExceedsHold, AlreadyTransferred, KeyReused, CurrencyMismatch.
    """
    charge = locks.lock_charge(request.charge_id)
    amount_minor = request.amount.amount_minor
    known = Refund.objects.filter(key=request.key).first()
    if known:
        if (known.charge_id, known.amount_minor) != (charge.id, amount_minor):
            raise KeyReused(request.key)
        return
    _check(charge, request.amount)
    if amount_minor > charge.free_minor:
        undo_releases(charge.id, at, at_most_minor=amount_minor - charge.free_minor)
        charge.refresh_from_db()
    made = Refund.objects.create(
        key=request.key, charge=charge, amount_minor=amount_minor, reason=request.reason[:300], asked_at=at
    )
    charge.refunded_minor += amount_minor
    charge.save(update_fields=["refunded_minor"])
    postings.refund_intent(made, at)
    _enqueue(made, at)


def _check(charge: Charge, amount: Money) -> None:
    if charge.state != ChargeState.CAPTURED:
        raise NotCaptured
    if amount.currency != charge.currency:
        raise CurrencyMismatch(f"{amount.currency} and {charge.currency}")
    if not 0 < amount.amount_minor <= charge.free_minor + charge.released_minor:
        raise ExceedsHold


def _enqueue(made: Refund, at: datetime) -> None:
    charge, op_id = made.charge, new_id()
    params = {
        "charge": charge.stripe_charge_id,
        "amount": made.amount_minor,
        "reason": "requested_by_customer",
        "metadata": {"op_id": str(op_id), "refund_id": str(made.id), "reference": charge.reference},
    }
    queue.enqueue(
        OperationKind.CREATE_REFUND, made.id, operation_id=op_id, reference=charge.reference, params=params, at=at
    )


@handles(OperationKind.CREATE_REFUND)
class CreateRefund:
    def freeze(self, op: StripeOperation, at: datetime) -> dict[str, Any]:
        raise AssertionError("a refund's parameters are frozen with its intent")

    def send(self, op: StripeOperation) -> objects.Refund:
        return refunds.create(op.frozen, op.idempotency_key)

    def find(self, op: StripeOperation) -> objects.Refund | None:
        return refunds.find(str(op.id), op.frozen["charge"])

    def succeed(self, op: StripeOperation, found: objects.Refund, at: datetime) -> str:
        record_refund(uuid.UUID(op.subject), found, at)
        return found.id

    def refuse(self, op: StripeOperation, error: GatewayError, at: datetime) -> None:
        refund = _lock(uuid.UUID(op.subject))
        postings.refund_failed(refund, at)
        refund.state, refund.failure = RefundState.REFUSED, str(error)[:300]
        refund.save(update_fields=["state", "failure"])
        refund.charge.refunded_minor -= refund.amount_minor
        refund.charge.save(update_fields=["refunded_minor"])


def record_refund(refund_id: uuid.UUID, found: objects.Refund, at: datetime) -> None:
    """Applies a refund that was read at Stripe: pending → succeeded → bounced, never back. Inside a transaction."""
    refund = _lock(refund_id)
    refund.stripe_refund_id = refund.stripe_refund_id or found.id
    refund.synced_at = at
    was = refund.state
    if found.status in ("failed", "canceled"):
        _bounce(refund, found, at)
    elif found.status == "succeeded" and was in (RefundState.ASKED, RefundState.PENDING):
        refund.state, refund.succeeded_at = RefundState.SUCCEEDED, at
        postings.refund_done(refund, at)
    elif was == RefundState.ASKED:
        refund.state = RefundState.PENDING
    refund.save()
    if refund.state == RefundState.SUCCEEDED and was != refund.state:
        amount = Money(refund.amount_minor, refund.charge.currency)
        events.publish(RefundSucceeded(refund.charge.reference, amount, at))


def _bounce(refund: Refund, found: objects.Refund, at: datetime) -> None:
    """The money is the platform's again and owed to the buyer; a person has to pay it in another way."""
    if refund.state in (RefundState.BOUNCED, RefundState.REFUSED):
        return
    postings.refund_done(refund, at)  # no second posting where it had succeeded
    postings.refund_bounced(refund, at)
    refund.state, refund.failure = RefundState.BOUNCED, found.failure[:300]
    logger.critical("refund %s of %s came back: %s", refund.id, refund.charge.reference, found.failure)


def _lock(refund_id: uuid.UUID) -> Refund:
    row = Refund.objects.values_list("charge_id", "charge__reference").get(pk=refund_id)
    return locks.lock_refund(refund_id, locks.lock_charge_for_fact(*row))
