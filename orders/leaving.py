"""Orders of somebody who wants to close their account: those that run have to end first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.contracts import StillOpen
from orders.models import CalendarLink, Order, Review
from orders.states import ENDED


def still_open(user_id: int) -> Iterator[StillOpen]:
    """One query."""
    running = Order.objects.filter(Q(buyer_id=user_id) | Q(seller_id=user_id))
    count = running.filter(~Q(state__in=ENDED) | Q(charged_back_at__isnull=False)).count()
    if count:
        text = ngettext("%(count)d order of yours is running.", "%(count)d orders of yours are running.", count)
        yield StillOpen(text % {"count": count}, reverse("orders:list"))


def let_go(user_id: int) -> None:
    CalendarLink.objects.filter(user_id=user_id).delete()


def orders_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """For a copy of somebody's data: each order with what happened in it."""
    rows = Order.objects.filter(Q(buyer_id=user_id) | Q(seller_id=user_id)).order_by("placed_at", "pk")
    for order in rows.prefetch_related("events").iterator(chunk_size=100):
        yield {
            "code": order.code,
            "you_are": "buyer" if order.buyer_id == user_id else "seller",
            "title": order.title,
            "state": order.state,
            "currency": order.currency,
            "price_minor": order.price_minor,
            "placed_at": order.placed_at,
            "closed_at": order.closed_at,
            "terms": order.terms_json,
            "events": [
                {"at": event.at, "by": event.actor, "action": event.action, "state": event.state}
                for event in order.events.all()
            ],
        }


_REVIEW = (
    *("order__code", "role", "stars", "quality", "communication", "as_described", "text"),
    *("written_at", "revealed_at", "reply", "replied_at"),
)


def reviews_of(user_id: int) -> Iterator[Mapping[str, object]]:
    """Those that they wrote, and of those about them what they may read."""
    theirs = Q(author_id=user_id) | Q(subject_id=user_id, revealed_at__isnull=False)
    yield from Review.objects.filter(theirs).order_by("pk").values(*_REVIEW).iterator()
