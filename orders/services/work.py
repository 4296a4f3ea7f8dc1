"""Delivering (row 25)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.hurry import hurry
from marketplace.kernel.models import StoredFile
from marketplace.kernel.previews import making as previews
from marketplace.kernel.tasks import make_previews_now
from marketplace.kernel.uploads import places
from orders import locks
from orders.models import Delivery, DeliveryFile, Order
from orders.questions import link
from orders.services import clocks, drafts, notices, records
from orders.services.transition import apply, check, lock, party
from orders.states import Action, Actor

_LONGEST_NOTE = 10_000
_MOST_LINKS = 10


@dataclass(frozen=True, slots=True)
class Handover:
    """What a seller hands over; ``checklist`` are positions of promised items, ``links`` web addresses."""

    note: str
    files: list[StoredFile] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    checklist: frozenset[int] = frozenset()
    uploads: Sequence[uuid.UUID] = ()  # files of the seller that wait


def deliver(*, order_id: uuid.UUID, actor_id: int, handover: Handover, at: datetime) -> None:
    """Row 25. Raises InvalidInput where a promised item is not in it or it is empty."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.DELIVER, by, at)
        links = _checked(order, handover)
        until = clocks.check_until(order, at + order.terms.rules.acceptance)
        delivery = _store(order, handover, links, at)
        drafts.drop(order)
        # The flag comes with the sweep, the promise ended by the clock.
        late = order.is_late or (order.due_at is not None and not order.is_paused and at > order.due_at)
        if not order.was_delivered:
            records.count(order.seller_id, promised=1, on_time=0 if late else 1)
        change = apply(
            order, Action.DELIVER, by, at,
            data={"delivery": delivery.number, "late": late},
            fields={"delivered_at": at, "was_delivered": True, "work_started_at": order.work_started_at or at},
            timers=clocks.acceptance(at, until, order.terms),
        )  # fmt: skip
        notices.tell(change, Actor.BUYER, "order_delivered", until=until, note=handover.note[:500])


def _checked(order: Order, handover: Handover) -> list[str]:
    errors: dict[str, str] = {}
    promised = set(range(len(order.terms.checklist)))
    if promised - handover.checklist:
        errors["checklist"] = _(
            "Tick every promised item. What is not ready yet belongs into a message, not a delivery."
        )
    if not handover.files and not handover.uploads and not handover.links:
        errors["files"] = _("Add at least one file or a link: an empty delivery does not stop the clock.")
    if len(handover.note) > _LONGEST_NOTE:
        errors["note"] = _("Keep it under %(limit)s characters.") % {"limit": _LONGEST_NOTE}
    if not handover.note.strip():
        errors["note"] = _("Say in a sentence what is in it and where to look first.")
    links = []
    for text in handover.links[:_MOST_LINKS]:
        try:
            links.append(link(text))
        except ValueError as error:
            errors["links"] = str(error)
    if errors:
        raise InvalidInput(_("This cannot be delivered yet."), code="delivery", fields=errors)
    return links


def _store(order: Order, handover: Handover, links: list[str], at: datetime) -> Delivery:
    delivery = Delivery.objects.create(
        order=order,
        number=order.deliveries.count() + 1,
        step=order.step,
        note=handover.note.strip(),
        links=links,
        checklist=sorted(handover.checklist),
        delivered_at=at,
    )
    files = [*handover.files, *places.take(handover.uploads, owner_id=order.seller_id, at=at)]
    DeliveryFile.objects.bulk_create([DeliveryFile(delivery=delivery, file=file) for file in files])
    previews.ask(files, watermark=locks.watermark(order), at=at)
    transaction.on_commit(lambda: hurry(make_previews_now))
    return delivery
