"""What the handlers share."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from marketplace.kernel.models import as_uuid
from payments.gateway import movements
from payments.models import StripeOperation
from payments.operations import executor
from payments.reconciliation import suspense
from payments.services.recognising import Payment
from payments.webhooks.registry import Effect

# Every object that we make bears it.
MARK = "op_id"


def closing(found: Any, record: Effect) -> Effect:
    """Where our own answer was lost, the event closes the operation; else it records what changed since."""
    op_id = operation_of(found.metadata)

    def effect(at: datetime) -> None:
        if op_id is None or not executor.complete(op_id, found, at):
            record(at)

    return effect


def following(payment: Payment, record: Effect) -> Effect:
    """The payment first, where the bank was quicker to speak than Stripe."""

    def effect(at: datetime) -> None:
        payment.learn(at)
        record(at)

    return effect


def operation_of(metadata: Mapping[str, str]) -> uuid.UUID | None:
    op_id = as_uuid(metadata.get(MARK, ""))
    return op_id if op_id and StripeOperation.objects.filter(pk=op_id).exists() else None


def unowned(object_id: str, metadata: Mapping[str, str]) -> Effect | None:
    """For what somebody made by hand at Stripe: its money stands in suspense until a person has looked.

    What bears our mark and is not known here is left alone: it was made by this site before a backup was
    restored, and the reconciliation finds whom it belongs to.
    """
    if MARK in metadata:
        return None
    moved = movements.of(object_id)
    return partial(suspense.book, object_id, moved) if moved else None
