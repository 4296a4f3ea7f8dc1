"""Releases that were decided while staff looked at the payment: kept until nobody doubts it or claims it back."""

from __future__ import annotations

import uuid
from datetime import datetime

from marketplace.kernel.money import Money, payable_step
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


def shrink(order: Order, charge_id: uuid.UUID, left: Money, at: datetime) -> bool | None:
    """The bank has taken a part of the payment: what waits becomes what is left, its fees in proportion, as with a
    share that was released. None where nothing waited, False where nothing of it is left.
    """
    waiting = order.waiting_releases.filter(charge_id=charge_id).first()
    if waiting is None:
        return None
    gross, step = waiting.price_minor + waiting.buyer_fee_minor, payable_step(order.currency)
    kept = min(left.amount_minor // step * step, gross)
    buyer_fee, seller_fee = (
        Money(fee, order.currency).portion(kept, gross).amount_minor
        for fee in (waiting.buyer_fee_minor, waiting.seller_fee_minor)
    )
    if kept <= buyer_fee:
        waiting.delete()
        return False
    waiting.price_minor, waiting.seller_fee_minor, waiting.buyer_fee_minor = kept - buyer_fee, seller_fee, buyer_fee
    waiting.save(update_fields=["price_minor", "seller_fee_minor", "buyer_fee_minor"])
    release(order, charge_id, at)
    return True


def drop(order: Order, charge_id: uuid.UUID) -> None:
    """Nothing is released any more."""
    order.waiting_releases.filter(charge_id=charge_id).delete()
