"""Checkout sessions beside our charges."""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.kernel.models import as_uuid
from payments.contracts import ChargeState
from payments.gateway import listings
from payments.gateway.listings import Listed, Side
from payments.models import Charge
from payments.reconciliation.nouns.noun import Noun

_STATES = {ChargeState.PENDING: "open", ChargeState.CAPTURED: "paid", ChargeState.EXPIRED: "expired"}


def _ours(found: Sequence[Listed]) -> dict[str, Side]:
    named = {item.id: as_uuid(item.metadata.get("charge_id", "")) for item in found}
    rows = Charge.objects.in_bulk([charge_id for charge_id in named.values() if charge_id])
    mine = ((item_id, rows[charge_id]) for item_id, charge_id in named.items() if charge_id in rows)
    return {item_id: _side(row) for item_id, row in mine if row.session_id in ("", item_id)}


def _side(charge: Charge) -> Side:
    return Side(charge.captured_minor, charge.currency, _STATES[ChargeState(charge.state)])


SESSIONS = Noun("sessions", listings.SESSIONS, "checkout.session.completed", _ours)
