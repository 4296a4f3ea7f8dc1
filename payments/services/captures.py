"""What Stripe says of a payment becomes ours: forward only, and once."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime

from marketplace.kernel import events
from marketplace.kernel.money import Money
from payments import locks, postings
from payments.contracts import ChargeState
from payments.events import ChargeCaptured, ChargeExpired
from payments.gateway.objects import Session
from payments.models import Charge

logger = logging.getLogger(__name__)

_LEARNT = (
    *("session_id", "checkout_url", "payment_intent_id", "stripe_charge_id", "livemode", "synced_at", "state"),
    *("captured_at", "captured_minor", "expired_at", "stripe_fee_minor"),
)


def record_session(charge_id: uuid.UUID, found: Session, at: datetime, *, reference: str = "") -> Charge:
    """Applies a session that was read at Stripe: payment, Stripe's fee, expiry. Inside a transaction.

    Pending leads to captured or expired, expired to captured (a late payment, which its owner refunds),
    captured to nothing. So events may come twice, late and in any order. ``reference``: the charge's,
    where it is known.
    """
    charge = locks.lock_charge_for_fact(charge_id, reference) if reference else _lock(charge_id)
    _learn(charge, found, at)
    was = charge.state
    if found.is_paid and found.received and was != ChargeState.CAPTURED:
        _capture(charge, found.received, at)
    elif found.status == "expired" and was == ChargeState.PENDING:
        charge.state, charge.expired_at = ChargeState.EXPIRED, at
    _learn_fee(charge, found.fee, at)
    charge.save(update_fields=_LEARNT)
    _tell(charge, was, at)
    return charge


def expire_unasked(charge_id: uuid.UUID, at: datetime) -> bool:
    """For a charge whose session was never made: nobody can have paid it. False where there is one by now."""
    charge = _lock(charge_id)
    if charge.state != ChargeState.PENDING:
        return True
    if charge.session_id:
        return False
    charge.state, charge.expired_at = ChargeState.EXPIRED, at
    charge.save(update_fields=["state", "expired_at"])
    _tell(charge, ChargeState.PENDING, at)
    return True


def _lock(charge_id: uuid.UUID) -> Charge:
    reference = Charge.objects.values_list("reference", flat=True).get(pk=charge_id)
    return locks.lock_charge_for_fact(charge_id, reference)


def _learn(charge: Charge, found: Session, at: datetime) -> None:
    charge.session_id = charge.session_id or found.id
    charge.checkout_url = found.url or charge.checkout_url
    charge.payment_intent_id = found.payment_intent_id or charge.payment_intent_id
    charge.stripe_charge_id = found.charge_id or charge.stripe_charge_id
    charge.livemode, charge.synced_at = found.livemode, at


def _capture(charge: Charge, received: Money, at: datetime) -> None:
    if received.currency != charge.currency:
        # Cannot happen while adaptive pricing is off; the amount would be nobody's in our currency.
        logger.critical("charge %s was paid in %s", charge.id, received)
        return
    if received != charge.amount:
        logger.critical("charge %s of %s was paid with %s", charge.id, charge.amount, received)
    charge.state, charge.captured_at, charge.captured_minor = ChargeState.CAPTURED, at, received.amount_minor
    postings.capture(charge, received.amount_minor, at)


def _learn_fee(charge: Charge, fee: Money | None, at: datetime) -> None:
    """Stripe's fee stands in the balance transaction, which may exist only some time after the payment."""
    if fee is None or charge.stripe_fee_minor is not None or charge.state != ChargeState.CAPTURED:
        return
    if fee.currency != charge.currency:
        logger.critical("the fee of charge %s is in %s", charge.id, fee.currency)
        return
    charge.stripe_fee_minor = fee.amount_minor
    if fee:
        postings.stripe_fee(charge, fee.amount_minor, at)


def _tell(charge: Charge, was: str, at: datetime) -> None:
    if charge.state == was:
        return
    if charge.state == ChargeState.CAPTURED:
        amount = Money(charge.captured_minor, charge.currency)
        events.publish(ChargeCaptured(charge.id, charge.reference, charge.purpose, amount, at))
    elif charge.state == ChargeState.EXPIRED:
        events.publish(ChargeExpired(charge.id, charge.reference, charge.purpose, at))
