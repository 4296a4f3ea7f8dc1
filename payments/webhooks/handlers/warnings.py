"""Early fraud warnings: an issuer doubts a payment."""

from __future__ import annotations

from functools import partial

from payments.gateway import warnings
from payments.services.recognising import recognise
from payments.services.warnings import record_warning
from payments.webhooks.handlers.parts import following
from payments.webhooks.registry import Effect, Hint, follows


@follows("radar.early_fraud_warning.created", "radar.early_fraud_warning.updated")
def warning(hint: Hint) -> Effect | None:
    found = warnings.read(hint.object_id)
    payment = recognise(found.charge_id, found.payment_metadata)
    return following(payment, partial(record_warning, payment.charge_id, found)) if payment else None
