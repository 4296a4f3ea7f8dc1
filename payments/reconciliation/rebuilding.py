"""Rows that a restored backup has lost, written again from what Stripe's object says of itself."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from marketplace.kernel.models import as_uuid
from payments import locks, postings
from payments.gateway.listings import Listed
from payments.gateway.objects import Transfer
from payments.models import OperationKind, Release, ReleaseState
from payments.operations import executor, queue
from payments.webhooks.handlers.parts import MARK

_NOT_SENT = (ReleaseState.CLEARING, ReleaseState.AVAILABLE)


def rebuild_transfer(found: Listed, made: Transfer, at: datetime) -> bool:
    """The release is known and was not sent when the backup was made: its transfer is written as it happened.

    Only where the amount is exactly what the release would send now. Inside no transaction of its caller's.
    """
    release_id, op_id = (as_uuid(found.metadata.get(name, "")) for name in ("release_id", MARK))
    if release_id is None or op_id is None:
        return False
    row = Release.objects.filter(pk=release_id).values_list("charge_id", "charge__reference").first()
    if row is None:
        return False
    with transaction.atomic():
        charge = locks.lock_charge_for_fact(*row)
        release = next(item for item in locks.lock_releases(charge) if item.id == release_id)
        if not _fits(release, found):
            return False
        _intend(release, op_id, found, at)
        return executor.complete(op_id, made, at)


def _fits(release: Release, found: Listed) -> bool:
    return (
        release.state in _NOT_SENT
        and release.charge.stripe_charge_id == found.charge
        and release.charge.currency == found.side.currency
        and release.sendable_minor == -found.side.amount_minor
    )


def _intend(release: Release, op_id: uuid.UUID, found: Listed, at: datetime) -> None:
    if release.state == ReleaseState.CLEARING:
        postings.clear(release, at)
        release.available_at = at
    release.state, release.note, release.sent_minor = ReleaseState.SENDING, "", release.sendable_minor
    release.save(update_fields=["state", "note", "sent_minor", "available_at"])
    postings.transfer_intent(release, op_id, at)
    source = {"source_transaction": found.charge} if found.charge else {}
    params = {
        "amount": release.sent_minor,
        "currency": release.charge.currency.lower(),
        "destination": found.destination,
        **source,
        "transfer_group": release.charge.reference,
        "metadata": found.metadata,
    }
    queue.enqueue(
        OperationKind.CREATE_TRANSFER,
        release.id,
        operation_id=op_id,
        reference=release.charge.reference,
        params=params,
        at=at,
        soon=False,
    )
