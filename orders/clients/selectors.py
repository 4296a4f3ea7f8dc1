"""Who paid for an order of a seller's. Counted when asked, from the seller's own orders (ADR 36)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from accounts import api as accounts
from accounts.contracts import Person
from marketplace.kernel.cursors import NumberCursor
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from orders.models import ClientNote, Order
from orders.models.order import OrderQuerySet
from orders.selectors import with_clock
from payments import api as payments

LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One client in the list. ``received`` is after fees, one amount for each currency; it may still be clearing."""

    person: Person
    order_count: int
    last_at: datetime
    last_title: str
    received: list[Money]
    has_note: bool


def clients_of(seller_id: int, *, words: str = "", before: NumberCursor | None = None, limit: int) -> list[ClientRow]:
    """Who ordered last stands first; ``before`` is the last row's (last_at, person id). Six queries."""
    paid = _paid(seller_id)
    if text := words.replace("\0", "").strip()[:LONGEST_SEARCH]:
        paid = paid.filter(buyer__display_name__icontains=text)
    grouped = paid.order_by().values("buyer_id").annotate(count=Count("pk"), last=Max("placed_at"))
    if before:
        grouped = grouped.filter(Q(last__lt=before[0]) | Q(last=before[0], buyer_id__lt=before[1]))
    page = grouped.order_by("-last", "-buyer_id").values_list("buyer_id", "count", "last")[:limit]
    return _rows(seller_id, list(page))


def _rows(seller_id: int, found: list[tuple[int, int, datetime]]) -> list[ClientRow]:
    ids = [pk for pk, _count, _last in found]
    people, received = accounts.people(ids), payments.received_from(seller_id, ids)
    latest = _paid(seller_id).filter(buyer_id__in=ids).order_by("buyer_id", "-placed_at", "-id").distinct("buyer_id")
    titles = dict(latest.values_list("buyer_id", "title"))
    noted = set(ClientNote.objects.filter(seller_id=seller_id, client__in=ids).values_list("client_id", flat=True))
    return [
        ClientRow(people[pk], count, last, titles[pk], received.get(pk, []), pk in noted) for pk, count, last in found
    ]


@dataclass(frozen=True, slots=True)
class Client:
    """A client as their seller sees them."""

    person: Person
    is_here: bool  # they have not left, and are not kept out
    order_count: int
    first_at: datetime
    received: list[Money]
    note: str
    last_order_id: uuid.UUID


def client_of(seller_id: int, client_id: int) -> Client:
    """Raises NotFound for somebody who never paid for an order of this seller's. Seven queries at most."""
    paid = paid_by(seller_id, client_id)
    last = paid.order_by("-placed_at", "-id").values_list("pk", flat=True)[0]
    counted = paid.aggregate(count=Count("pk"), first=Min("placed_at"))
    note = ClientNote.objects.filter(seller_id=seller_id, client_id=client_id).values_list("text", flat=True).first()
    return Client(
        person=accounts.person(client_id),
        is_here=accounts.is_active(client_id),
        order_count=counted["count"],
        first_at=counted["first"],
        received=payments.received_from(seller_id, [client_id]).get(client_id, []),
        note=note or "",
        last_order_id=last,
    )


def paid_by(seller_id: int, client_id: int) -> OrderQuerySet:
    """What somebody paid for of a seller's; the getter is the permission. Raises NotFound where it is nothing."""
    paid = _paid(seller_id).filter(buyer_id=client_id)
    if not paid.exists():
        raise NotFound(_("There is no such client of yours."))
    return paid


def orders_with(
    seller_id: int, client_id: int, *, before: tuple[datetime, uuid.UUID] | None = None, limit: int
) -> list[Order]:
    """What a client ordered of a seller, newest first. One query."""
    orders = _paid(seller_id).filter(buyer_id=client_id)
    if before:
        orders = orders.before(*before)
    return list(with_clock(orders).order_by("-placed_at", "-id")[:limit])


def _paid(seller_id: int) -> OrderQuerySet:
    return Order.objects.filter(seller_id=seller_id, paid_at__isnull=False)
