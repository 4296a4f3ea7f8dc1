"""What payments asks about references that begin with "order:"."""

from __future__ import annotations

import uuid

from orders.models import Order
from orders.states import ACTIVE, State
from payments.contracts import Protected, ReferenceCard


def order_of(reference: str) -> uuid.UUID | None:
    """The order that a reference names, or None where it names something else."""
    prefix, _colon, rest = reference.partition(":")
    if prefix != "order":
        return None
    try:
        return uuid.UUID(rest)
    except ValueError:
        return None


class Orders:
    """The owner of an order's money."""

    def lock(self, reference: str) -> None:
        order_id = order_of(reference)
        if order_id:
            Order.objects.select_for_update().filter(pk=order_id).values_list("pk").first()

    def describe(self, references: list[str]) -> dict[str, ReferenceCard]:
        wanted = [pk for pk in map(order_of, references) if pk]
        orders = Order.objects.filter(pk__in=wanted)
        return {
            order.reference: ReferenceCard(order.title, order.get_absolute_url(), order.clears_at) for order in orders
        }

    def protected_for(self, payee_id: int) -> list[Protected]:
        running = Order.objects.filter(seller_id=payee_id, state__in=sorted(ACTIVE | {State.DISPUTED}))
        return [Protected(order.reference, order.terms.seller_receives, order.due_at) for order in running]
