"""Early fraud warnings: made by a test card or on the dashboard, read here."""

from __future__ import annotations

from payments.sandbox.core.fraud_warnings import KIND
from payments.sandbox.routing import resource

resource(KIND, "/v1/radar/early_fraud_warnings", "radar.EarlyFraudWarning", "charge payment_intent")
