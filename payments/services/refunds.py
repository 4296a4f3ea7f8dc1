"""Refunds: from the hold back to the buyer, in two steps, and what happens when a bank sends one back.

A refund that is refused ends the transaction it was asked in: who wants to go on opens one inside of it.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.kernel import events
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import CurrencyMismatch, Money
from marketplace.kernel.prepared import prepared
from payments import currencies, locks, postings
from payments.contracts import ChargeState, RefundRequest
from payments.errors import ChargebackOpen, ExceedsHold, KeyReused, NotCaptured, NotOwed
from payments.events import RefundBounced, RefundSucceeded
from payments.gateway import objects, refunds
from payments.gateway.errors import GatewayError
from payments.models import Charge, Funding, OperationKind, Refund, RefundState, StripeOperation
from payments.operations import queue
from payments.operations.registry import handles
from payments.selectors.freezes import is_frozen
from payments.services import undoing

logger = logging.getLogger(__name__)


_BY_KEY = prepared(lambda key: Refund.objects.filter(key=key))
_WAITING = prepared(
    lambda charge: Refund.objects.filter(charge=charge, state=RefundState.WAITING).order_by("asked_at", "id")
)


@transaction.atomic(savepoint=False)
def refund(request: RefundRequest, at: datetime) -> None:
    """Intends a refund; what was released goes back into the hold first. Idempotent by key.

    Where the seller's share has left, it is asked back and the refund waits for the answer: what does not come back
    the seller owes. Raises NotCaptured, ChargebackOpen, ExceedsHold, KeyReused, CurrencyMismatch,
    AmountOutOfRange.
    """
    charge = locks.lock_charge(request.charge_id)
    amount_minor = request.amount.amount_minor
    known = _BY_KEY.first(request.key)
    if known:
        if (known.charge_id, known.amount_minor) != (charge.id, amount_minor):
            raise KeyReused(request.key)
        return
    _check(charge, request.amount)
    made = Refund(
        key=request.key,
        charge=charge,
        amount_minor=amount_minor,
        reason=request.reason[:300],
        state=RefundState.WAITING,
        livemode=charge.livemode,
        asked_at=at,
    )
    charge.waiting_minor += amount_minor
    if charge.waiting_minor == amount_minor <= charge.free_minor:  # none is ahead of it, and the hold covers it
        _start(made, at)
        return
    made.save(force_insert=True)
    charge.save(update_fields=["waiting_minor"])
    needed = charge.waiting_minor - charge.free_minor - undoing.promised_minor(charge)
    if needed > 0:
        undoing.undo(charge, at, at_most_minor=needed, key=f"refund:{made.id}")
    start_waiting(charge, at)


def _check(charge: Charge, amount: Money) -> None:
    if charge.state != ChargeState.CAPTURED:
        raise NotCaptured
    if is_frozen(charge):
        raise ChargebackOpen
    if amount.currency != charge.currency:
        raise CurrencyMismatch(f"{amount.currency} and {charge.currency}")
    if not 0 < amount.amount_minor <= charge.free_minor + charge.released_minor - charge.waiting_minor:
        raise ExceedsHold
    currencies.check_part(amount)


def start_waiting(charge: Charge, at: datetime) -> None:
    """Sends the refunds of a locked charge that its hold covers by now, in the order they were asked for."""
    for refund in _WAITING.all(charge.pk):
        if refund.amount_minor > charge.free_minor:
            return
        refund.charge = charge
        _start(refund, at)


def _start(refund: Refund, at: datetime) -> None:
    charge = refund.charge
    charge.waiting_minor -= refund.amount_minor
    charge.refunded_minor += refund.amount_minor
    charge.save(update_fields=["waiting_minor", "refunded_minor"])
    if charge.funding == Funding.PLATFORM:  # nobody's card: it was the platform's money
        postings.promotion_returned(refund, at)
        refund.state, refund.succeeded_at = RefundState.SUCCEEDED, at
        _save(refund, "state", "succeeded_at")
        return
    refund.state = RefundState.ASKED
    _save(refund, "state")
    postings.refund_intent(refund, at)
    _enqueue(refund, at)


def _save(refund: Refund, *changed: str) -> None:
    """A new one, or what has changed of one that waited."""
    refund.save(update_fields=None if refund._state.adding else changed)


def give_way(charge: Charge, room_minor: int) -> None:
    """Refunds of a locked charge that still wait end, newest first, until the rest fits into what is left.

    Their buyer has the money from their bank now.
    """
    waiting = Refund.objects.filter(charge=charge, state=RefundState.WAITING).order_by("-asked_at", "-id")
    for refund in waiting:
        if charge.waiting_minor <= room_minor:
            return
        refund.state, refund.failure = RefundState.REFUSED, "The buyer's bank has taken the payment back."
        refund.save(update_fields=["state", "failure"])
        charge.waiting_minor -= refund.amount_minor
        charge.save(update_fields=["waiting_minor"])


@transaction.atomic
def reissue(refund_id: uuid.UUID, at: datetime) -> Refund:
    """Tries once more to send a bounced refund to the buyer's card. Raises NotOwed, ChargebackOpen."""
    bounced = _lock(refund_id)
    if bounced.state != RefundState.BOUNCED:
        raise NotOwed
    if is_frozen(bounced.charge):
        raise ChargebackOpen
    again = Refund.objects.create(
        key=f"{bounced.id}:again:{bounced.reissued.count()}",
        charge=bounced.charge,
        amount_minor=bounced.amount_minor,
        reason=bounced.reason,
        reissues=bounced,
        livemode=bounced.livemode,
        asked_at=at,
    )
    bounced.state = RefundState.SETTLED
    bounced.save(update_fields=["state"])
    postings.refund_intent(again, at)
    _enqueue(again, at)
    return again


@transaction.atomic
def settle_by_bank(refund_id: uuid.UUID, at: datetime) -> None:
    """What a bounced refund owes was paid from the operator's own bank account. Raises NotOwed."""
    bounced = _lock(refund_id)
    if bounced.state != RefundState.BOUNCED:
        raise NotOwed
    postings.paid_by_bank(bounced, at)
    bounced.state = RefundState.SETTLED
    bounced.save(update_fields=["state"])


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
        """Stripe did not take it: the money is where it came from, and staff have to look."""
        refund = _lock(uuid.UUID(op.subject))
        postings.refund_failed(refund, at)
        refund.state, refund.failure = RefundState.REFUSED, str(error)[:300]
        refund.save(update_fields=["state", "failure"])
        if refund.reissues_id:  # still owed: under the refund that bounced, or it could be claimed no more
            Refund.objects.filter(pk=refund.reissues_id).update(state=RefundState.BOUNCED)
            return
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
    if refund.state in (RefundState.BOUNCED, RefundState.REFUSED, RefundState.SETTLED):
        return
    if found.was_paid or refund.state == RefundState.SUCCEEDED:
        postings.refund_done(refund, at)  # no second posting where it had succeeded
        postings.refund_bounced(refund, at)
    else:
        postings.refund_unpaid(refund, at)
    refund.state, refund.failure = RefundState.BOUNCED, found.failure[:300]
    charge = refund.charge
    amount = Money(refund.amount_minor, charge.currency)
    events.publish(RefundBounced(refund.id, charge.reference, charge.payer_id, amount, at))
    logger.critical("refund %s of %s came back: %s", refund.id, refund.charge.reference, found.failure)


def _lock(refund_id: uuid.UUID) -> Refund:
    row = Refund.objects.values_list("charge_id", "charge__reference").get(pk=refund_id)
    return locks.lock_refund(refund_id, locks.lock_charge_for_fact(*row))
