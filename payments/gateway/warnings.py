"""Early fraud warnings of card issuers."""

from __future__ import annotations

import stripe

from payments.gateway.client import call
from payments.gateway.objects import FraudWarning
from payments.gateway.options import metadata_of


def read(warning_id: str) -> FraudWarning:
    return _warning(
        call(lambda client: client.v1.radar.early_fraud_warnings.retrieve(warning_id, {"expand": ["charge"]}))
    )


def _warning(found: stripe.radar.EarlyFraudWarning) -> FraudWarning:
    return FraudWarning(
        id=found.id,
        charge_id=found.charge if isinstance(found.charge, str) else found.charge.id,
        fraud_type=found.fraud_type,
        actionable=found.actionable,
        livemode=found.livemode,
        payment_metadata={} if isinstance(found.charge, str) else metadata_of(found.charge),
    )
