"""Releases: part of a hold becomes a seller's, and can go back as long as it has not left."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from payments import locks, postings
from payments.contracts import ChargeState, ReleaseRequest
from payments.errors import AlreadyTransferred, ExceedsHold, KeyReused, NotCaptured
from payments.models import Charge, Release, ReleaseState
from payments.services.transfers import send_available

_LEFT_OR_LEAVING = (ReleaseState.SENDING, ReleaseState.TRANSFERRED)


@transaction.atomic
def release(request: ReleaseRequest, at: datetime) -> None:
    """Hold → the seller's clearing and the platform's fees. Idempotent by key.

    Raises NotCaptured, ExceedsHold, KeyReused, CurrencyMismatch.
    """
    charge = locks.lock_charge(request.charge_id)
    known = Release.objects.filter(key=request.key).first()
    if known:
        if (known.charge_id, known.payee_id, known.gross_minor) != (charge.id, request.payee_id, _gross(request)):
            raise KeyReused(request.key)
        return
    _require_free(charge, _gross(request))
    made = Release.objects.create(
        key=request.key,
        charge=charge,
        payee_id=request.payee_id,
        price_minor=request.price.amount_minor,
        seller_fee_minor=request.seller_fee.amount_minor,
        buyer_fee_minor=request.buyer_fee.amount_minor,
        released_at=at,
    )
    charge.released_minor += made.gross_minor
    charge.save(update_fields=["released_minor"])
    postings.release(made, at)


def _gross(request: ReleaseRequest) -> int:
    # Adding checks that price and fees are in one currency.
    return (request.price - request.seller_fee + request.seller_fee + request.buyer_fee).amount_minor


def _require_free(charge: Charge, amount_minor: int) -> None:
    if charge.state != ChargeState.CAPTURED:
        raise NotCaptured
    if amount_minor > charge.free_minor:
        raise ExceedsHold


@transaction.atomic
def undo_releases(charge_id: uuid.UUID, at: datetime, *, at_most_minor: int | None = None) -> int:
    """Puts what was released of a charge back into its hold, fees included; newest release first.

    ``at_most_minor`` limits it to that much; without it everything goes back, and a second call does
    nothing. Returns the amount. Raises AlreadyTransferred where the seller's share has left.
    """
    charge = locks.lock_charge(charge_id)
    left = charge.released_minor if at_most_minor is None else at_most_minor
    asked = left
    for item in reversed(locks.lock_releases(charge)):
        part = min(left, item.gross_minor - item.undone_minor)
        if part:
            _undo(item, part, at)
            left -= part
    return asked - left


def _undo(release: Release, part_minor: int, at: datetime) -> None:
    if release.state in _LEFT_OR_LEAVING:
        raise AlreadyTransferred
    undone = release.undone_minor + part_minor
    fees = release.fees_undone_minor(undone) - release.fees_undone_minor(release.undone_minor)
    postings.release_undone(release, net_minor=part_minor - fees, fees_minor=fees, at=at)
    release.undone_minor = undone
    if undone == release.gross_minor:
        release.state = ReleaseState.UNDONE
    release.save(update_fields=["undone_minor", "state"])
    release.charge.released_minor -= part_minor
    release.charge.save(update_fields=["released_minor"])


@transaction.atomic
def clear(reference: str, at: datetime) -> None:
    """The clearing period of everything released under a reference ends: clearing → available → transfer.

    Where the seller cannot be paid yet it stays available, and leaves when their account opens. Idempotent.
    """
    charges = Charge.objects.filter(reference=reference, state=ChargeState.CAPTURED).order_by("id")
    for charge_id in charges.values_list("id", flat=True):
        charge = locks.lock_charge(charge_id)
        for item in locks.lock_releases(charge):
            if item.state == ReleaseState.CLEARING:
                postings.clear(item, at)
                item.state, item.available_at = ReleaseState.AVAILABLE, at
                item.save(update_fields=["state", "available_at"])
            send_available(item, at)
