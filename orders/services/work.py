"""Delivering, and what happens when nobody does (rows 13, 25)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.models import StoredFile
from orders import deadlines
from orders.models import Delivery, DeliveryFile, Order
from orders.services import clocks, notices, records
from orders.services.requirements import link
from orders.services.transition import SYSTEM, apply, check, lock, party
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


def deliver(*, order_id: uuid.UUID, actor_id: int, handover: Handover, at: datetime) -> None:
    """Row 25. Raises InvalidInput where a promised item is not in it or it is empty."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.DELIVER, by, at)
        links = _checked(order, handover)
        until = at + order.terms.rules.acceptance
        delivery = _store(order, handover, links, at)
        # The flag comes with the sweep, the promise ended by the clock.
        late = order.is_late or (order.due_at is not None and at > order.due_at)
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
    if not handover.files and not handover.links:
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
        note=handover.note.strip(),
        links=links,
        checklist=sorted(handover.checklist),
        delivered_at=at,
    )
    DeliveryFile.objects.bulk_create([DeliveryFile(delivery=delivery, file=file) for file in handover.files])
    return delivery


def warn(order: Order, at: datetime) -> None:
    """Row 13, before it comes to that: the seller is warned."""
    assert order.due_at is not None  # noqa: S101
    following = deadlines.next_warning(order.due_at, at, order.terms)
    timers = {Action.WARN_DEADLINE.value: following} if following else {}
    drop = [] if following else [Action.WARN_DEADLINE]
    change = apply(order, Action.WARN_DEADLINE, SYSTEM, at, timers=timers, drop=drop)
    notices.tell(change, Actor.SELLER, "order_deadline", due=order.due_at)


def become_late(order: Order, at: datetime) -> None:
    """Row 13: late is a flag; the work can still be delivered."""
    assert order.due_at is not None  # noqa: S101
    drop = [Action.BECOME_LATE, Action.WARN_DEADLINE]
    change = apply(order, Action.BECOME_LATE, SYSTEM, at, fields={"is_late": True}, drop=drop)
    free = deadlines.very_late_at(order.due_at, order.terms)
    notices.tell_both(change, "order_late", due=order.due_at, free=free, first=not order.was_delivered)


def become_very_late(order: Order, at: datetime) -> None:
    assert order.due_at is not None  # noqa: S101
    drop = [Action.BECOME_VERY_LATE, Action.BECOME_LATE, Action.WARN_DEADLINE]
    fields = {"is_late": True, "is_very_late": True}
    change = apply(order, Action.BECOME_VERY_LATE, SYSTEM, at, fields=fields, drop=drop)
    stop = deadlines.hard_stop_at(order.due_at, order.terms)
    notices.tell_both(change, "order_very_late", until=stop, amount=order.all_in, first=not order.was_delivered)
