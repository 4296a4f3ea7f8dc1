"""The page of reviews that somebody may still write, as buyer and as seller."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import api as accounts
from accounts.contracts import Person
from marketplace.kernel import clock, cursors
from orders.buying.selectors import reviews_due
from orders.models import Order
from orders.states import Action

PAGE = 20


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


@login_required
@require_safe
def to_review(request: HttpRequest) -> HttpResponse:
    """Whose time is over first stands first."""
    reader_id = int(request.user.pk or 0)
    after = cursors.read(request.GET.get("after", ""))
    found = reviews_due(reader_id, clock.now(), after=after, limit=PAGE + 1)
    page = found[:PAGE]
    context = {
        "rows": rows_of(page, reader_id),
        "next_url": _next_url(page[-1]) if len(found) > PAGE else "",
        "is_first": after is None,
    }
    return render(request, "orders/to_review.html", context)


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


def _next_url(last: Order) -> str:
    assert last.review_until  # noqa: S101 - what the rows were chosen by
    return f"{reverse('orders:to_review')}?{urlencode({'after': cursors.name(last.review_until, last.pk)})}"
