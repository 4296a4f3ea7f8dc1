"""Makes intents true: claims an operation, calls Stripe outside any transaction, records what came of it.

| Stripe says | done here |
|---|---|
| nothing (timeout, connection) | outcome unknown: same key again; after 23 h look for the object |
| 5xx | the same; after three, look for the object, then a new attempt (v1 replays a 500 under its key) |
| 409, 429 | same key after a pause |
| balance_insufficient | new attempt later |
| another definite refusal | failed; what was intended is undone; logged as an error |
| idempotency conflict | parked: a bug, and a person has to look |
| 401, 403 | same key later, and the queue stops for now |
"""

from __future__ import annotations

import functools
import logging
import threading
import time
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from payments import locks
from payments.gateway.errors import (
    BalanceInsufficient,
    GatewayError,
    KeyConflict,
    Refused,
    ServerFailed,
    Unauthorised,
)
from payments.models import OperationState, StripeOperation
from payments.operations import queue, throttle
from payments.operations.lanes import Lanes
from payments.operations.registry import DEFINITE_WITHOUT_FUNDS, handler_of
from payments.operations.throttle import THROTTLED

logger = logging.getLogger(__name__)

# Stripe may forget a key after 24 h and would then execute it again.
KEY_LIFETIME = timedelta(hours=23)
_SERVER_FAILURES_UNTIL_LOOKING = 3
_LONGEST_PAUSE_SECONDS = 600


class StopQueue(Exception):
    """Our key is not accepted: every other call would fail as well."""


def run_due(at: datetime, *, limit: int = 2_000, seconds: float = 20) -> int:
    """Carries out what is due, oldest first, several at a time; returns how many it took up.

    It starts nothing after so many seconds. One call at a time speaks of a seller's account, so that one whose
    calls hang takes a single lane.
    """
    deadline, taken, stop = time.monotonic() + seconds, 0, threading.Event()
    with Lanes(settings.OPERATION_LANES) as lanes:
        while taken < limit and time.monotonic() < deadline and not stop.is_set():
            op = _claim_next(at, deadline)
            if op:
                taken += 1
                lanes.run(functools.partial(_carry_out_safely, op, at, stop))
            elif not lanes.wait(deadline - time.monotonic()):  # what is left may wait for the account of one under way
                break
    return taken


def execute(operation_id: uuid.UUID, at: datetime) -> StripeOperation:
    """Carries out one operation now; returns its row as it is afterwards.

    It is left as it was, for the sweep, while another worker holds it, its seller's account is being spoken to,
    or too many calls are made.
    """
    return carry_out(StripeOperation.objects.get(pk=operation_id), at)


def carry_out(read: StripeOperation, at: datetime, params: dict[str, Any] | None = None) -> StripeOperation:
    """The same of one that was read before; ``params``: what a first attempt sends, where the caller knows it."""
    is_held = read.kind in THROTTLED and throttle.take()
    op = None if is_held else queue.claim(read, at, params or _params(read, at))
    done = None
    if op:
        try:
            done = _carry_out(op, at)
        except StopQueue:
            logger.critical("Stripe does not accept our key")
    return done or StripeOperation.objects.get(pk=read.pk)


def _claim_next(at: datetime, deadline: float) -> StripeOperation | None:
    """The oldest that may be sent now. Where the throttle holds it back, it was not tried: others go first."""
    while kind := queue.next_kind(at):
        wait_seconds = throttle.take() if kind in THROTTLED else 0
        if kind in THROTTLED and not wait_seconds:
            return queue.claim_next(at, only=THROTTLED)
        op = queue.claim_next(at, without=THROTTLED)
        if op or not wait_seconds or time.monotonic() + wait_seconds > deadline:
            return op
        time.sleep(wait_seconds)
    return None


def _carry_out_safely(op: StripeOperation, at: datetime, stop: threading.Event) -> None:
    """One broken operation must not stop the others: its lease brings it back."""
    try:
        _carry_out(op, at)
    except StopQueue:
        logger.critical("Stripe does not accept our key; the queue waits")
        stop.set()
    except Exception:
        logger.exception("operation %s broke", op)


def complete(operation_id: uuid.UUID, found: Any, at: datetime) -> bool:
    """Closes an operation with an object that a webhook led to; False where it was closed already."""
    with transaction.atomic():
        op = locks.lock_operation(operation_id)
        if op.state not in (OperationState.PENDING, OperationState.PARKED):
            return False
        queue.close(op, OperationState.DONE, at, stripe_id=handler_of(op).succeed(op, found, at))
    return True


def _carry_out(op: StripeOperation, at: datetime) -> StripeOperation | None:
    """The row where it was closed with what Stripe answered; None where anything else came of it."""
    if connection.in_atomic_block:
        raise RuntimeError("an operation was executed inside a database transaction")
    handler = handler_of(op)
    try:
        if op.params is None:
            queue.freeze(op, _params(op, at))
        if not _must_look(op, at):
            found = handler.send(op)
        else:
            found = handler.find(op)
            if found is None:
                queue.new_attempt(op, None, timedelta(0), at)
                return None
        return _record(op, found, at)
    except GatewayError as error:
        _after_error(op, error, at)
        return None


def _params(op: StripeOperation, at: datetime) -> dict[str, Any]:
    return handler_of(op).freeze(op, at) if op.params is None else op.params


def _must_look(op: StripeOperation, at: datetime) -> bool:
    """Whether an earlier try may have made the object, and its key no longer tells us."""
    if op.tries < 2 or op.first_sent_at is None:
        return False
    return at - op.first_sent_at > KEY_LIFETIME or (
        op.error_code == ServerFailed.__name__ and op.tries > _SERVER_FAILURES_UNTIL_LOOKING
    )


def _record(op: StripeOperation, found: Any, at: datetime) -> StripeOperation | None:
    with transaction.atomic():
        locked = locks.lock_operation(op.pk)
        # Compare-and-set: after our lease ended another worker, or a webhook, may have been here.
        if locked.version != op.version or locked.state != OperationState.PENDING:
            return None
        queue.close(locked, OperationState.DONE, at, stripe_id=handler_of(locked).succeed(locked, found, at))
    return locked


def _after_error(op: StripeOperation, error: GatewayError, at: datetime) -> None:
    logger.warning("operation %s, attempt %s, try %s: %s", op, op.attempt, op.tries, error)
    match error:
        case BalanceInsufficient() if op.kind in DEFINITE_WITHOUT_FUNDS:
            _refuse(op, error, at)
        case BalanceInsufficient():
            queue.new_attempt(op, error, _pause(op.attempt + 4), at)
        case Refused():
            _refuse(op, error, at)
        case KeyConflict():
            queue.park(op, error)
        case Unauthorised():
            queue.again(op, error, _pause(op.tries + 4), at)
            raise StopQueue
        case _:
            queue.again(op, error, _pause(op.tries), at)


def _refuse(op: StripeOperation, error: GatewayError, at: datetime) -> None:
    with transaction.atomic():
        locked = locks.lock_operation(op.pk)
        if locked.version != op.version or locked.state != OperationState.PENDING:
            return
        locked.error_code = error.code[:100]
        locked.save(update_fields=["error_code"])
        queue.close(locked, OperationState.FAILED, at, error=str(error))
        handler_of(locked).refuse(locked, error, at)
    logger.error("operation %s was refused: %s (%s)", op, error, error.code)


def _pause(exponent: int) -> timedelta:
    return timedelta(seconds=min(2 ** min(exponent, 10), _LONGEST_PAUSE_SECONDS))
