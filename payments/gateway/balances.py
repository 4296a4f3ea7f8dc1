"""The platform's balance at Stripe: the smallest question that shows whether a key works."""

from __future__ import annotations

from payments.gateway.client import call


def currencies() -> list[str]:
    """ISO 4217, of what the account holds or may hold. Raises GatewayError."""
    found = call(lambda client: client.v1.balance.retrieve())
    return sorted({str(getattr(part, "currency", "")).upper() for part in (*found.available, *found.pending)})
