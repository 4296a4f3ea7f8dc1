"""The buyer's desk: what waits, what runs, what was spent, and what to say or order next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

import accounts.api
import gigs.api
import orders.api
import payments.api
from accounts.contracts import Person
from marketplace.kernel import clock
from marketplace.kernel.downloads import private_table
from marketplace.pages.spending import Spending

_REVIEWS, _AGAIN, _PAPERS, _LISTS = 3, 4, 3, 6


@dataclass(frozen=True, slots=True)
class Bought:
    """Something that was bought before, and how it can be had again."""

    title: str
    url: str
    seller: Person
    placed_at: datetime
    again: gigs.api.Again


def context(user_id: int, currency: str, at: datetime) -> dict[str, Any]:
    """All that the page shows; the number of queries does not depend on the data."""
    lists, spending = gigs.api.saved_lists(user_id), Spending(user_id, at, currency)
    return {
        "board": orders.api.buyer_board(user_id, at),
        "reviews": orders.api.next_to_review(user_id, at, _REVIEWS),
        "review_count": orders.api.reviews_due_count(user_id, at),
        "again": _again(user_id, at),
        "lists": [one for one in lists if one.gigs or one.sellers][:_LISTS],
        "papers": payments.api.latest_papers(user_id, _PAPERS),
        "spending": spending,
        "chart": spending.chart(reverse("pages:spending_csv")) if spending.codes else None,
    }


def _again(user_id: int, at: datetime) -> list[Bought]:
    done = orders.api.bought(user_id, gigs.api.SOURCE_KIND, _AGAIN)
    now = gigs.api.again({order.pk: (order.source_ref, order.terms) for order in done}, at)
    people = accounts.api.people(order.seller_id for order in done)
    return [
        Bought(order.title, order.get_absolute_url(), people[order.seller_id], order.placed_at, now[order.pk])
        for order in done
    ]


@login_required
@require_safe
def spending_csv(request: HttpRequest) -> HttpResponse:
    return private_table(Spending(int(request.user.pk or 0), clock.now()).table(), "spending.csv")
