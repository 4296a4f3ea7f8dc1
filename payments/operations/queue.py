"""The rows of the queue: written with the intent, claimed by a lease, closed by compare-and-set."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.utils import IntegrityError

from marketplace.kernel.hurry import hurry
from marketplace.kernel.prepared import prepared
from payments.gateway.client import is_live
from payments.models import OperationKind, OperationState, StripeOperation
from payments.operations.brakes import OUTFLOWS, braked_kinds

logger = logging.getLogger(__name__)

# Time for the request that enqueued a session to make it itself, before the sweep does.
_HEAD_START = timedelta(seconds=15)


def enqueue(
    kind: OperationKind,
    subject: uuid.UUID,
    *,
    reference: str,
    at: datetime,
    params: dict[str, Any] | None = None,
    account: str = "",
    lane: str = "",
    operation_id: uuid.UUID | None = None,
    soon: bool = True,
) -> StripeOperation:
    """Writes the intent in the caller's transaction; ``soon`` asks a worker for it right after the commit.

    ``lane``: the connected account that it concerns, where neither ``account`` nor the destination says so.
    """
    op = StripeOperation(
        kind=kind,
        subject=str(subject),
        reference=reference,
        params=params,
        account=account,
        lane=lane or account or (params or {}).get("destination", ""),
        livemode=is_live(),
        due_at=at if soon else at + _HEAD_START,
        created_at=at,
    )
    if operation_id:
        op.id = operation_id
    op.save(force_insert=True)
    if soon:
        transaction.on_commit(lambda: _execute_soon(op.id), robust=True)
    return op


def _execute_soon(operation_id: uuid.UUID) -> None:
    from payments.tasks import execute_operation

    hurry(execute_operation, str(operation_id))


def latest(kind: OperationKind, subject: uuid.UUID) -> StripeOperation | None:
    return _LATEST.first(kind, str(subject))


_LATEST = prepared(
    lambda kind, subject: StripeOperation.objects.filter(kind=kind, subject=subject).order_by("-created_at", "-id")[:1]
)


def current(kind: OperationKind, subject: uuid.UUID, *, reference: str, at: datetime) -> StripeOperation:
    """The operation that is open or done, else a new one: a definite refusal ended the last."""
    op = latest(kind, subject)
    if op is None or op.state == OperationState.FAILED:
        try:
            with transaction.atomic():
                return enqueue(kind, subject, reference=reference, at=at, soon=False)
        except IntegrityError:  # another tab was first
            op = latest(kind, subject)
    assert op is not None  # noqa: S101 - the constraint that refused ours holds another
    return op


def claim(read: StripeOperation, at: datetime, params: dict[str, Any]) -> StripeOperation | None:
    """Leases one pending operation, due or not, as it was read; None while another holds it or speaks to the same
    account, when it is closed or braked, or has changed since. ``params`` stay for all later attempts.

    It waits for the row: who skipped it would see neither the lease that is being written nor the outcome.
    """
    is_leased = read.leased_until is not None and read.leased_until > at
    if is_leased or _is_held_back(read, at):
        return None
    # Every lease is another version: where this one is still there, so is what it said of leases.
    mine = StripeOperation.objects.filter(pk=read.pk, state=OperationState.PENDING, version=read.version)
    changes = _leased(read, at) | ({"params": params} if read.params is None else {})
    read.params = params if read.params is None else read.params
    return read if mine.update(**changes) else None


def _is_held_back(op: StripeOperation, at: datetime) -> bool:
    """By a brake, or by a call to the same account. Asked only of what can be: not of a buyer's payment page."""
    is_braked = op.kind in OUTFLOWS and op.kind in braked_kinds()
    return is_braked or (bool(op.lane) and op.lane in _busy_lanes(at))


def next_kind(at: datetime) -> str | None:
    """What kind is due first, of those that may be sent; None: nothing is due."""
    return _sendable(at).values_list("kind", flat=True).first()


def claim_next(
    at: datetime, *, only: Collection[OperationKind] | None = None, without: Collection[OperationKind] = ()
) -> StripeOperation | None:
    """Leases the pending operation that has been due longest, of those that no brake and no busy account holds."""
    with transaction.atomic():
        waiting = _sendable(at).exclude(kind__in=without).select_for_update(skip_locked=True)
        op = (waiting if only is None else waiting.filter(kind__in=only)).first()
        return _lease(op, at) if op else None


def _sendable(at: datetime) -> QuerySet[StripeOperation]:
    return (
        StripeOperation.objects.filter(state=OperationState.PENDING, due_at__lte=at)
        .exclude(kind__in=braked_kinds())
        .exclude(lane__in=_busy_lanes(at))
        .order_by("due_at")
    )


def _busy_lanes(at: datetime) -> list[str]:
    """Accounts that somebody speaks to just now: as many as there are calls under way."""
    leased = StripeOperation.objects.filter(state=OperationState.PENDING, leased_until__gt=at)
    return list(leased.exclude(lane="").values_list("lane", flat=True))


def _lease(op: StripeOperation, at: datetime) -> StripeOperation:
    op.save(update_fields=list(_leased(op, at)))
    return op


def _leased(op: StripeOperation, at: datetime) -> dict[str, Any]:
    """Sets what a lease changes, and says it by column."""
    op.leased_until = op.due_at = at + settings.OPERATION_LEASE
    op.tries += 1
    op.version += 1
    op.first_sent_at = op.first_sent_at or at
    return {name: getattr(op, name) for name in ("leased_until", "due_at", "tries", "version", "first_sent_at")}


def freeze(op: StripeOperation, params: dict[str, Any]) -> None:
    """Keeps the parameters of the first attempt for all later ones."""
    StripeOperation.objects.filter(pk=op.pk, params__isnull=True).update(params=params)
    op.params = params


def again(op: StripeOperation, error: Exception, pause: timedelta, at: datetime) -> None:
    """Same key, later."""
    _release(op, error, due_at=at + pause)


def new_attempt(op: StripeOperation, error: Exception | None, pause: timedelta, at: datetime) -> None:
    """A new key, because the old one can only repeat its answer, or was looked into and made nothing."""
    _release(op, error, due_at=at + pause, attempt=F("attempt") + 1, tries=0, first_sent_at=None)


def park(op: StripeOperation, error: Exception) -> None:
    """A person has to look: the outcome is not known and repeating it might be wrong."""
    _release(op, error, state=OperationState.PARKED)
    logger.critical("operation %s is parked: %s", op.id, error)


def unpark(op: StripeOperation, at: datetime) -> bool:
    """Puts a parked operation back under its key; False where somebody else has touched it since it was read.

    What it counted stays, so that the executor looks for the object where the key is too old to tell.
    """
    parked = StripeOperation.objects.filter(pk=op.pk, version=op.version, state=OperationState.PARKED)
    return bool(parked.update(state=OperationState.PENDING, due_at=at, leased_until=None, version=F("version") + 1))


def _release(op: StripeOperation, error: Exception | None, **changes: Any) -> None:
    # Nothing happens where somebody else has claimed or closed it since.
    mine = StripeOperation.objects.filter(pk=op.pk, version=op.version, state=OperationState.PENDING)
    mine.update(
        leased_until=None,
        version=F("version") + 1,
        error_code=getattr(error, "code", "")[:100] if error else "",
        error=str(error or "")[:2000],
        **changes,
    )


def close(op: StripeOperation, state: OperationState, at: datetime, *, stripe_id: str = "", error: str = "") -> None:
    """Ends a locked operation, in the transaction that records what it came to."""
    op.state, op.done_at, op.leased_until, op.version = state, at, None, op.version + 1
    op.stripe_id, op.error = stripe_id or op.stripe_id, error[:2000]
    op.save(update_fields=["state", "done_at", "leased_until", "version", "stripe_id", "error"])
