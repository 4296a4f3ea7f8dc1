"""Releases that were decided while staff looked at the payment: kept until nobody doubts it or claims it back."""

from __future__ import annotations

import uuid
from datetime import datetime

from orders.models import Order
from payments import api as payments
from payments.contracts import ReleaseRequest


def release(order: Order, charge_id: uuid.UUID, at: datetime) -> bool:
    """What waited becomes the seller's, as it was decided. False where it still has to wait."""
    for waiting in order.waiting_releases.filter(charge_id=charge_id):
        if not payments.is_movable(charge_id):
            return False
        waiting.order = order
        request = ReleaseRequest(
            key=waiting.key,
            charge_id=charge_id,
            payee_id=order.seller_id,
            price=waiting.money(waiting.price_minor),
            seller_fee=waiting.money(waiting.seller_fee_minor),
            buyer_fee=waiting.money(waiting.buyer_fee_minor),
        )
        payments.release(request, at)
        waiting.delete()
    return True


def drop(order: Order, charge_id: uuid.UUID) -> bool:
    """Nothing is released any more. False where nothing waited."""
    deleted, _rows = order.waiting_releases.filter(charge_id=charge_id).delete()
    return bool(deleted)
