"""A card's issuer warns of fraud: work goes on, and nothing is released until staff have looked at the payment."""

from __future__ import annotations

import uuid

from django.db import transaction

from orders.services import clearing, notices, waiting
from orders.services.transition import PAYMENT, apply, lock
from orders.states import Action, Actor
from payments.events import PaymentWarned, WarningCleared


def record_warned(fact: PaymentWarned, order_id: uuid.UUID) -> None:
    """Row 46c: the payment does not clear. Another warning of the same payment changes nothing more."""
    with transaction.atomic():
        order, at = lock(order_id, fact.at)
        asked = order.payments.filter(charge_id=fact.charge_id, doubted_at=None).first()
        if order.paid_at is None or asked is None:
            return
        data = {"charge_id": str(fact.charge_id), "purpose": asked.purpose}
        change = apply(order, Action.DOUBT_PAYMENT, PAYMENT, at, data=data)
        clearing.doubt(order, fact.charge_id, at)
        notices.tell(change, Actor.SELLER, "order_doubted")


def record_cleared(fact: WarningCleared, order_id: uuid.UUID) -> None:
    """Row 46d: what was accepted meanwhile is released, and clears with the time that was left."""
    with transaction.atomic():
        order, at = lock(order_id, fact.at)
        if not order.payments.filter(charge_id=fact.charge_id, doubted_at__isnull=False).exists():
            return
        waiting.release(order, fact.charge_id, at)  # or when the bank, too, lets it go
        fields = clearing.trust(order, fact.charge_id, at)
        change = apply(order, Action.CLEAR_DOUBT, PAYMENT, at, data={"charge_id": str(fact.charge_id)}, fields=fields)
        notices.tell(change, Actor.SELLER, "order_doubt_cleared")
