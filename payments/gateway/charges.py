"""Payments as Stripe keeps them: the intent and its charge. Sessions say the rest."""

from __future__ import annotations

from payments.gateway.client import call
from payments.gateway.objects import Payment
from payments.gateway.options import metadata_of


def read(charge_id: str) -> Payment:
    found = call(lambda client: client.v1.charges.retrieve(charge_id))
    return Payment(charge_id=found.id, intent_id=_id(found.payment_intent), metadata=metadata_of(found))


def read_intent(intent_id: str) -> Payment:
    found = call(lambda client: client.v1.payment_intents.retrieve(intent_id))
    return Payment(charge_id=_id(found.latest_charge), intent_id=found.id, metadata=metadata_of(found))


def _id(linked: object) -> str:
    return linked if isinstance(linked, str) else str(getattr(linked, "id", "") or "")
