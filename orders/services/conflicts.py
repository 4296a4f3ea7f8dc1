"""Who must not decide: somebody who has dealt with one of the two sides, or talked with them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from inbox import api as inbox
from orders.models import Order


def conflict_of(moderator_id: int, order: Order) -> str:
    """Why this moderator is not the one to decide, or "". Two queries at most."""
    if order.role_of(moderator_id):
        return _("You are part of this order, so somebody else decides.")
    sides = [order.buyer_id, order.seller_id]
    if have_dealt(moderator_id, sides):
        return _("You have had an order with one of them, so somebody else decides.")
    if inbox.have_talked(moderator_id, sides):
        return _("You have talked with one of them, so somebody else decides.")
    return ""


def have_dealt(person_id: int, others: Iterable[int]) -> bool:
    """Whether somebody ever had an order with one of them, on either side. One query."""
    others = list(others)
    as_buyer = Q(buyer_id=person_id, seller_id__in=others)
    as_seller = Q(seller_id=person_id, buyer_id__in=others)
    return Order.objects.filter(as_buyer | as_seller).exists()


def free_of(order: Order, moderators: Iterable[int]) -> list[int]:
    """Those of them who could decide."""
    return [person_id for person_id in sorted(moderators) if not conflict_of(person_id, order)]
