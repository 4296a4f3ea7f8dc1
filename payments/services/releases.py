"""Releases: part of a hold becomes a seller's, and can go back as long as it has not left.

What is refused here ends the transaction it was asked in: who wants to go on opens one inside of it.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from marketplace.kernel.money import payable_step
from marketplace.kernel.prepared import prepared
from payments import currencies, locks, postings
from payments.contracts import ChargeState, ReleaseRequest
from payments.errors import AlreadyTransferred, ChargebackOpen, ExceedsHold, KeyReused, NotCaptured
from payments.models import Charge, Release, ReleaseState
from payments.selectors.freezes import is_frozen, require_movable
from payments.services import undoing
from payments.services.transfers import send_available

_WHOLE_BP = 10_000


_BY_KEYS = prepared(lambda key, reserve: Release.objects.filter(Q(key=key) | Q(key=reserve)))


@transaction.atomic(savepoint=False)
def release(request: ReleaseRequest, at: datetime) -> None:
    """Hold → the seller's clearing and the platform's fees. Idempotent by key.

    A new seller's rolling reserve is a release of its own, which clears later. Raises NotCaptured, ChargebackOpen,
    PaymentDoubted, ExceedsHold, KeyReused, CurrencyMismatch, AmountOutOfRange.
    """
    charge = locks.lock_charge(request.charge_id)
    gross = _gross(request)
    known = _BY_KEYS.all(request.key, f"{request.key}:reserve")
    if known:
        same = all((item.charge_id, item.payee_id) == (charge.id, request.payee_id) for item in known)
        if not same or sum(item.gross_minor for item in known) != gross:
            raise KeyReused(request.key)
        return
    for amount in (request.price, request.seller_fee, request.buyer_fee):
        currencies.check_part(amount)
    require_movable(charge)
    _require_free(charge, gross)
    for part in _parts(request, at):
        postings.release(_make(charge, request.payee_id, part, at), at)
    charge.released_minor += gross
    charge.save(update_fields=["released_minor"])


@dataclass(frozen=True, slots=True)
class _Part:
    key: str
    price_minor: int
    seller_fee_minor: int
    buyer_fee_minor: int
    reserved_until: datetime | None = None


def _make(charge: Charge, payee_id: int, part: _Part, at: datetime) -> Release:
    return Release.objects.create(
        charge=charge, payee_id=payee_id, livemode=charge.livemode, released_at=at, **asdict(part)
    )


def _parts(request: ReleaseRequest, at: datetime) -> list[_Part]:
    """The release, and beside it what a new seller's rolling reserve keeps longer.

    That is in proportion, rounded down to what can be paid.
    """
    price, seller_fee, buyer_fee = (
        amount.amount_minor for amount in (request.price, request.seller_fee, request.buyer_fee)
    )
    step = payable_step(request.price.currency)
    share = settings.RESERVE_BP if _is_new(request.payee_id, at) else 0
    kept, kept_seller_fee, kept_buyer_fee = (
        amount * share // _WHOLE_BP // step * step for amount in (price, seller_fee, buyer_fee)
    )  # fmt: skip
    if not kept:
        return [_Part(request.key, price, seller_fee, buyer_fee)]
    until = at + settings.RESERVE_PERIOD
    return [
        _Part(request.key, price - kept, seller_fee - kept_seller_fee, buyer_fee - kept_buyer_fee),
        _Part(f"{request.key}:reserve", kept, kept_seller_fee, kept_buyer_fee, until),
    ]


def _is_new(payee_id: int, at: datetime) -> bool:
    orders: int = settings.RESERVE_ORDERS
    return bool(settings.RESERVE_BP) and _releases_before(payee_id, at) < orders


def _releases_before(payee_id: int, at: datetime) -> int:
    return Release.objects.filter(payee_id=payee_id, released_at__lt=at, reserved_until=None).count()


def _gross(request: ReleaseRequest) -> int:
    # Adding checks that price and fees are in one currency.
    return (request.price - request.seller_fee + request.seller_fee + request.buyer_fee).amount_minor


def _require_free(charge: Charge, amount_minor: int) -> None:
    if charge.state != ChargeState.CAPTURED:
        raise NotCaptured
    # What waits to leave the hold counts on money that is still to come back into it.
    promised = undoing.promised_minor(charge)
    if amount_minor > charge.free_minor + promised - max(charge.waiting_minor, promised):
        raise ExceedsHold


@transaction.atomic
def undo_releases(charge_id: uuid.UUID, at: datetime, *, at_most_minor: int | None = None) -> int:
    """Puts what was released of a charge back into its hold, fees included; newest release first.

    ``at_most_minor`` limits it to that much; without it everything goes back, and a second call does nothing.
    Returns the amount. Raises ChargebackOpen, and AlreadyTransferred where a share has left: for those who must not
    wait for it to come back.
    """
    charge = locks.lock_charge(charge_id)
    if charge.released_minor and is_frozen(charge):  # a doubted payment may well go back into its hold
        raise ChargebackOpen
    if any(item.state in undoing.LEFT_OR_LEAVING for item in locks.lock_releases(charge)):
        raise AlreadyTransferred
    wanted = charge.released_minor if at_most_minor is None else at_most_minor
    return undoing.undo(charge, at, at_most_minor=wanted, key=f"undo:{charge_id}")


@transaction.atomic
def clear(reference: str, at: datetime) -> None:
    """The clearing period of everything released under a reference ends: clearing → available → transfer.

    Where the seller cannot be paid yet it stays available, and leaves when their account opens; a reserve stays
    until its own time. Idempotent. Raises ChargebackOpen, PaymentDoubted.
    """
    charges = Charge.objects.filter(reference=reference, state=ChargeState.CAPTURED).order_by("id")
    for charge_id in charges.values_list("id", flat=True):
        clear_charge(charge_id, at)


@transaction.atomic(savepoint=False)
def clear_charge(charge_id: uuid.UUID, at: datetime) -> None:
    """The same for what was released of one charge; the others of its reference go on waiting."""
    charge = locks.lock_charge(charge_id)
    for item in locks.lock_releases(charge):
        if item.state == ReleaseState.CLEARING and not _is_reserved(item, at):
            require_movable(charge)
            _clear(item, at)
        else:
            send_available(item, at)


def _is_reserved(item: Release, at: datetime) -> bool:
    return item.reserved_until is not None and item.reserved_until > at


def _clear(item: Release, at: datetime) -> None:
    """Of a charge whose money may move: clearing → available → transfer, where the seller can be paid."""
    postings.clear(item, at)
    item.state, item.available_at = ReleaseState.AVAILABLE, at
    if not send_available(item, at, is_movable=True):
        item.save(update_fields=["state", "available_at"])


def clear_reserves(at: datetime, *, limit: int = 200) -> int:
    """Ends the reserves whose time has come, of orders that have cleared; returns how many. One transaction each."""
    due = Release.objects.filter(state=ReleaseState.CLEARING, reserved_until__lte=at).order_by("reserved_until")
    done = 0
    for release_id, charge_id, reference in due.values_list("id", "charge_id", "charge__reference")[:limit]:
        with transaction.atomic():
            charge = locks.lock_charge_for_fact(charge_id, reference)
            items = locks.lock_releases(charge)
            mine = next(item for item in items if item.id == release_id)
            rest = [item for item in items if item.reserved_until is None]
            held = charge.warned_at is not None or is_frozen(charge)
            if held or mine.state != ReleaseState.CLEARING or any(i.state == ReleaseState.CLEARING for i in rest):
                continue
            _clear(mine, at)
            done += 1
    return done
