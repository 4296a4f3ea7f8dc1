"""Early fraud warnings: a card's issuer doubts a payment, often before any chargeback."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime

from django.db import transaction

from marketplace.kernel import events
from payments import locks
from payments.events import PaymentWarned, WarningCleared
from payments.gateway.objects import FraudWarning as Found
from payments.models import Charge, FraudWarning

logger = logging.getLogger(__name__)


def record_warning(charge_id: uuid.UUID, found: Found, at: datetime) -> None:
    """Blocks what would go to a seller until staff clear it. Inside a transaction."""
    charge = _lock(charge_id)
    warning, is_new = FraudWarning.objects.get_or_create(
        stripe_id=found.id,
        defaults={
            "charge": charge,
            "fraud_type": found.fraud_type[:60],
            "livemode": found.livemode,
            "created_at": at,
        },
    )
    if warning.actionable != found.actionable:
        warning.actionable = found.actionable
        warning.save(update_fields=["actionable"])
    if is_new:
        charge.warned_at = charge.warned_at or at
        charge.save(update_fields=["warned_at"])
        logger.critical("%s on %s: %s", warning, charge.reference, found.fraud_type)
        events.publish(PaymentWarned(charge.id, charge.reference, at))


@transaction.atomic
def clear_warning(warning_id: uuid.UUID, *, by_id: int, note: str, at: datetime) -> None:
    """Staff have looked and let the money go on; a second call changes nothing."""
    charge = _lock(FraudWarning.objects.values_list("charge_id", flat=True).get(pk=warning_id))
    open_ones = FraudWarning.objects.filter(charge=charge, cleared_at=None)
    open_ones.filter(pk=warning_id).update(cleared_at=at, cleared_by_id=by_id, note=note[:300])
    if charge.warned_at is not None and not open_ones.exists():
        charge.warned_at = None
        charge.save(update_fields=["warned_at"])
        events.publish(WarningCleared(charge.id, charge.reference, at))


def _lock(charge_id: uuid.UUID) -> Charge:
    reference = Charge.objects.values_list("reference", flat=True).get(pk=charge_id)
    return locks.lock_charge_for_fact(charge_id, reference)
