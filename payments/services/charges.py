"""Asking a buyer for money: the charge, its Checkout page, its expiry."""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.kernel.prepared import prepared
from payments import currencies, postings
from payments.contracts import ChargeLine, ChargeRequest, ChargeState, ChargeView, PromotionRequest
from payments.errors import KeyReused, ProviderAway, ProviderRefused
from payments.gateway import sessions
from payments.gateway.client import is_live
from payments.gateway.errors import GatewayError
from payments.models import Charge, Funding, OperationKind, OperationState, StripeOperation
from payments.operations import executor, queue
from payments.services.captures import record_session
from payments.services.card_testing import origin_of, require_calm
from payments.services.session_operations import params_of

# How long a second tab waits for the first one's session.
_WAIT_SECONDS, _WAIT_STEP_SECONDS = 5, 0.2


def request_charge(request: ChargeRequest, at: datetime) -> ChargeView:
    """Writes the charge and the intent to make its Checkout session, in the caller's transaction.

    The same key returns the same charge. Raises KeyReused where it asks for another amount or reference,
    AmountOutOfRange, CurrencyNotSettled, TooManyFailures where somebody seems to try stolen cards.
    """
    known = _BY_KEY.first(request.key)
    if known:
        if (known.reference, known.amount) != (request.reference, request.amount):
            raise KeyReused(request.key)
        return known.view
    _check(request)
    require_calm(request, at)
    return _make(request, at).view


_BY_KEY = prepared(lambda key: Charge.objects.filter(key=key))


@transaction.atomic(savepoint=False)
def _make(request: ChargeRequest, at: datetime) -> Charge:
    """Whoever asks has locked the reference's owner: nobody else makes a charge of this key meanwhile."""
    charge = Charge.objects.create(key=request.key, **_columns(request, at))
    queue.enqueue(OperationKind.CREATE_SESSION, charge.id, reference=charge.reference, at=at, soon=False)
    return charge


def _check(request: ChargeRequest) -> None:
    currencies.check_charge(request.amount)
    for line in request.lines:  # Stripe is told of each
        currencies.check_part(line.unit)


def _columns(request: ChargeRequest, at: datetime) -> dict[str, Any]:
    return {
        "reference": request.reference,
        "purpose": request.purpose,
        "payer_id": request.payer_id,
        "payer_email": request.payer_email,
        "payer_origin": origin_of(request.address),
        "amount_minor": request.amount.amount_minor,
        "currency": request.amount.currency,
        "lines": [_line(line) for line in request.lines],
        "window_seconds": int(request.window.total_seconds()),
        "success_path": request.success_path,
        "cancel_path": request.cancel_path,
        "created_at": at,
    }


def _line(line: ChargeLine) -> dict[str, object]:
    return {"title": line.title, "quantity": line.quantity, "unit_minor": asdict(line.unit)["amount_minor"]}


@transaction.atomic
def promote(request: PromotionRequest, at: datetime) -> ChargeView:
    """A hold that the platform fills instead of a buyer; it is released and returned like any other.

    The same key returns the same charge. Raises KeyReused.
    """
    charge, is_new = Charge.objects.get_or_create(
        key=request.key,
        defaults={
            "reference": request.reference,
            "purpose": "promotion",
            "payer_id": request.beneficiary_id,
            "amount_minor": request.amount.amount_minor,
            "currency": request.amount.currency,
            "funding": Funding.PLATFORM,
            "lines": [],
            "window_seconds": 0,
            "state": ChargeState.CAPTURED,
            "captured_minor": request.amount.amount_minor,
            "livemode": is_live(),
            "created_at": at,
            "captured_at": at,
        },
    )
    if is_new:
        postings.promotion(charge, charge.captured_minor, at)
    elif (charge.reference, charge.amount, charge.funding) != (request.reference, request.amount, Funding.PLATFORM):
        raise KeyReused(request.key)
    return charge.view


def checkout_url(charge_id: uuid.UUID, at: datetime) -> str:
    """The address of the hosted page; speaks to Stripe where nobody has yet, so outside any transaction.

    Raises ProviderAway (try again, nothing is lost) or ProviderRefused. A charge that is no longer to be
    paid leads to its own page on this site.
    """
    charge = _BY_ID.get(charge_id)
    if charge.state != ChargeState.PENDING:
        return charge.success_path if charge.state == ChargeState.CAPTURED else charge.cancel_path
    if not charge.checkout_url:
        _make_session(charge, at)
        charge = _PAGE.get(charge_id)
    # Between the two looks the window may have closed: nobody is sent to pay for what is over.
    return charge.cancel_path if charge.state == ChargeState.EXPIRED else charge.checkout_url


_BY_ID = prepared(lambda pk: Charge.objects.filter(pk=pk))
_PAGE = prepared(lambda pk: Charge.objects.filter(pk=pk).only("state", "checkout_url", "cancel_path"))


def _make_session(charge: Charge, at: datetime) -> None:
    op = queue.current(OperationKind.CREATE_SESSION, charge.id, reference=charge.reference, at=at)
    was_frozen = op.params is not None
    op = _settled(executor.carry_out(op, at, None if was_frozen else params_of(op, charge, at)))
    if op.state == OperationState.FAILED and was_frozen:
        # While Stripe was away the end that was frozen into it came too near: another one, once.
        op = queue.current(OperationKind.CREATE_SESSION, charge.id, reference=charge.reference, at=at)
        op = _settled(executor.carry_out(op, at))
    if op.state == OperationState.FAILED:
        raise ProviderRefused
    if op.state != OperationState.DONE:
        raise ProviderAway


def _settled(op: StripeOperation) -> StripeOperation:
    """Waits a little where another process (a second tab, the sweep) is making the session just now."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while op.state == OperationState.PENDING and op.leased_until and time.monotonic() < deadline:
        time.sleep(_WAIT_STEP_SECONDS)
        op.refresh_from_db()
    return op


def sync_charge(charge_id: uuid.UUID, at: datetime) -> ChargeView:
    """Asks Stripe how the payment stands and records it. Outside any transaction. Raises ProviderAway."""
    try:
        return look_again(Charge.objects.get(pk=charge_id), at).view
    except GatewayError as error:
        raise ProviderAway from error


def look_again(charge: Charge, at: datetime) -> Charge:
    """The same for those who tell a provider that is away from one that knows no such session. Raises GatewayError."""
    if not charge.session_id:
        return charge
    found = sessions.read(charge.session_id)
    with transaction.atomic():
        return record_session(charge.id, found, at)
