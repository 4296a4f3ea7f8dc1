"""What a seller has written of the next delivery, kept until it is delivered."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from orders.models import DeliveryDraft, Order
from orders.services.transition import check, lock, party
from orders.states import Action

if TYPE_CHECKING:
    from orders.services.work import Handover


def save(*, order_id: uuid.UUID, actor_id: int, handover: Handover, at: datetime) -> None:
    """Keeps note, links and ticks, whatever is still missing. Raises as ``deliver`` where nothing can be delivered."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        check(order, Action.DELIVER, party(order, actor_id), at)
        written = {
            "note": handover.note, "links": handover.links, "checklist": sorted(handover.checklist), "saved_at": at,
        }  # fmt: skip
        DeliveryDraft.objects.update_or_create(order=order, defaults=written)


def kept(order: Order) -> dict[str, Any]:
    """For the form: what was saved, or nothing."""
    draft = DeliveryDraft.objects.filter(order=order).first()
    if draft is None:
        return {}
    ticks = [str(position) for position in draft.checklist]
    return {"note": draft.note, "links": "\n".join(draft.links), "checklist": ticks}


def drop(order: Order) -> None:
    DeliveryDraft.objects.filter(order=order).delete()
