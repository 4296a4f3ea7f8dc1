"""Transfers: a cleared share leaves for the seller's connected account, each release by its own transfer."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.kernel import events
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import Money
from marketplace.kernel.prepared import prepared
from payments import locks, postings
from payments.contracts import PayoutGate
from payments.events import TransferSucceeded
from payments.gateway import transfers
from payments.gateway.errors import GatewayError
from payments.gateway.objects import Transfer
from payments.models import (
    Charge,
    Chargeback,
    ConnectedAccount,
    Funding,
    OperationKind,
    Release,
    ReleaseState,
    StripeOperation,
)
from payments.operations import queue
from payments.operations.registry import handles
from payments.selectors.freezes import FREEZING, is_frozen
from payments.services import debts, undoing, waiting

logger = logging.getLogger(__name__)


def send_available(release: Release, at: datetime, *, is_movable: bool = False) -> bool:
    """Intends the transfer of a locked, cleared release, less what its seller owes; False where it cannot go yet.

    ``is_movable``: the caller, who holds the charge's lock, has seen that nothing keeps its money.
    """
    if release.state != ReleaseState.AVAILABLE or not _came_in(release.charge):
        return False
    if not is_movable and not _may_leave(release.charge):
        return False
    account = _OPEN_ACCOUNT.first(release.payee_id)
    if account is None:
        return False
    debts.recover(release, at)
    if not release.sendable_minor:
        release.state = ReleaseState.SETTLED
        release.save(update_fields=["state"])
        return False
    op_id = new_id()
    release.state, release.note, release.sent_minor = ReleaseState.SENDING, "", release.sendable_minor
    release.livemode, release.account = release.charge.livemode, account
    release.save(update_fields=["state", "available_at", "note", "sent_minor", "livemode", "account"])
    postings.transfer_intent(release, op_id, at)
    queue.enqueue(
        OperationKind.CREATE_TRANSFER,
        release.id,
        operation_id=op_id,
        reference=release.charge.reference,
        params=_params(release, account, op_id),
        at=at,
    )
    return True


_OPEN_ACCOUNT = prepared(
    lambda user: ConnectedAccount.objects.filter(user_id=user, gate=PayoutGate.OPEN, replaced_at=None)[:1]
)


def _may_leave(charge: Charge) -> bool:
    return charge.warned_at is None and not is_frozen(charge)


def _came_in(charge: Charge) -> bool:
    return bool(charge.stripe_charge_id) or charge.funding == Funding.PLATFORM


def _params(release: Release, account: ConnectedAccount, op_id: uuid.UUID) -> dict[str, Any]:
    charge = release.charge
    # Ties it to the payment: it waits for that money, and cannot take more than it brought.
    source = {"source_transaction": charge.stripe_charge_id} if charge.stripe_charge_id else {}
    return {
        "amount": release.sent_minor,
        "currency": charge.currency.lower(),
        "destination": account.stripe_id,
        **source,
        "transfer_group": charge.reference,
        "metadata": {"op_id": str(op_id), "release_id": str(release.id), "reference": charge.reference},
    }


def send_waiting(at: datetime, *, payee_id: int | None = None, limit: int = 200) -> int:
    """Sends what became available while its seller could not be paid. One transaction per release."""
    waiting = Release.objects.filter(state=ReleaseState.AVAILABLE, note="").order_by("available_at")
    open_accounts = ConnectedAccount.objects.filter(gate=PayoutGate.OPEN, replaced_at=None).values("user_id")
    waiting = waiting.filter(payee_id=payee_id) if payee_id else waiting.filter(payee_id__in=open_accounts)
    waiting = waiting.filter(charge__warned_at=None).exclude(charge__stripe_charge_id="", charge__funding=Funding.BUYER)
    waiting = waiting.exclude(charge__in=Chargeback.objects.filter(FREEZING).values("charge"))
    sent = 0
    for row in waiting.values_list("id", "charge_id", "charge__reference")[:limit]:
        try:
            sent += _send_one(*row, at)
        except Exception:  # one share that cannot be sent must not keep back the others
            logger.exception("release %s was not sent", row[0])
    return sent


def try_again(release_id: uuid.UUID, at: datetime) -> bool:
    """For staff: a share whose transfer was refused for good is sent once more; False where it cannot go yet.

    Safe, because a definite refusal made no transfer.
    """
    charge_id, reference = Release.objects.values_list("charge_id", "charge__reference").get(pk=release_id)
    return _send_one(release_id, charge_id, reference, at)


@transaction.atomic
def _send_one(release_id: uuid.UUID, charge_id: uuid.UUID, reference: str, at: datetime) -> bool:
    charge = locks.lock_charge_for_fact(charge_id, reference)
    release = next(item for item in locks.lock_releases(charge) if item.id == release_id)
    return send_available(release, at)


@handles(OperationKind.CREATE_TRANSFER)
class CreateTransfer:
    def freeze(self, op: StripeOperation, at: datetime) -> dict[str, Any]:
        raise AssertionError("a transfer's parameters are frozen with its intent")

    def send(self, op: StripeOperation) -> Transfer:
        return transfers.create(op.frozen, op.idempotency_key)

    def find(self, op: StripeOperation) -> Transfer | None:
        return transfers.find(str(op.id), op.reference)

    def succeed(self, op: StripeOperation, found: Transfer, at: datetime) -> str:
        release = _lock_release(op)
        if release.state != ReleaseState.SENDING:
            return found.id
        postings.transfer_done(release, op.id, at)
        release.state, release.transferred_at = ReleaseState.TRANSFERRED, at
        release.stripe_transfer_id = found.id
        release.save(update_fields=["state", "transferred_at", "stripe_transfer_id"])
        amount = Money(release.sent_minor, release.charge.currency)
        events.publish(TransferSucceeded(release.charge.reference, release.payee_id, amount, at))
        _after(release, at)
        return found.id

    def refuse(self, op: StripeOperation, error: GatewayError, at: datetime) -> None:
        """The share is the seller's again, and stays here until somebody has looked at the note."""
        release = _lock_release(op)
        if release.state != ReleaseState.SENDING:
            return
        postings.transfer_failed(release, op.id, at)
        release.state, release.note, release.sent_minor = ReleaseState.AVAILABLE, str(error)[:300], 0
        release.save(update_fields=["state", "note", "sent_minor"])
        _after(release, at)


def _after(release: Release, at: datetime) -> None:
    """What was to be undone while the transfer was under way."""
    undoing.after_transfer(release, at)
    waiting.serve(release.charge, at)


def _lock_release(op: StripeOperation) -> Release:
    charge_id = Release.objects.values_list("charge_id", flat=True).get(pk=op.subject)
    charge = locks.lock_charge_for_fact(charge_id, op.reference)
    return next(item for item in locks.lock_releases(charge) if str(item.id) == op.subject)
