"""Reviews that somebody may still write, as rows of a page or a desk."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts import api as accounts
from accounts.contracts import Person
from orders.buying.selectors import reviews_due
from orders.models import Order
from orders.states import Action


@dataclass(frozen=True, slots=True)
class DueReview:
    """An order of which its reader has said nothing yet."""

    title: str
    code: str
    url: str
    write_url: str
    person: Person
    is_of_buyer: bool  # the other side bought
    until: datetime


def next_to_review(user_id: int, at: datetime, limit: int) -> list[DueReview]:
    """The first of them, for a desk. Two queries."""
    return rows_of(reviews_due(user_id, at, limit=limit), user_id)


def rows_of(orders: list[Order], reader_id: int) -> list[DueReview]:
    people = accounts.people(_other(order, reader_id) for order in orders)
    return [
        DueReview(
            title=order.title,
            code=order.code,
            url=order.get_absolute_url(),
            write_url=_act(order.pk),
            person=people[_other(order, reader_id)],
            is_of_buyer=order.seller_id == reader_id,
            until=order.review_until,
        )
        for order in orders
        if order.review_until
    ]


def _act(order_id: uuid.UUID) -> str:
    return reverse("orders:act", args=[order_id, Action.REVIEW])


def _other(order: Order, reader_id: int) -> int:
    return order.seller_id if order.buyer_id == reader_id else order.buyer_id
