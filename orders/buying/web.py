"""The page of reviews that somebody may still write, as buyer and as seller."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from marketplace.kernel import clock, cursors
from orders.buying.due_reviews import rows_of
from orders.buying.selectors import reviews_due
from orders.models import Order

PAGE = 20


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


def _next_url(last: Order) -> str:
    assert last.review_until  # noqa: S101 - what the rows were chosen by
    return f"{reverse('orders:to_review')}?{urlencode({'after': cursors.name(last.review_until, last.pk)})}"
