"""What counting costs a page: before its answer is out hardly anything, after it one round trip to Redis.

Processor time of this process, which neighbours do not stretch; docs/adr/0026 has what was measured.
"""

from __future__ import annotations

import time
from datetime import date
from statistics import median

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from gigs import statistics
from gigs.statistics import counting
from gigs.statistics.hooks import Hits
from gigs.statistics.middleware import CountAfterAnswer

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0"
ROUNDS = 400


def _page(request: HttpRequest) -> HttpResponse:
    statistics.saw_cards(request, range(1, 25))
    return HttpResponse("page")


def _bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("page")


def _microseconds(view: object) -> tuple[float, float]:
    """Until the answer, and what comes after it; medians."""
    before, after = [], []
    for _round in range(ROUNDS):
        request = RequestFactory().get("/", headers={"User-Agent": FIREFOX})
        request.user = AnonymousUser()
        started = time.thread_time()
        response = CountAfterAnswer(view)(request)  # type: ignore[arg-type]
        answered = time.thread_time()
        response.close()
        before.append(answered - started)
        after.append(time.thread_time() - answered)
    return median(before) * 1e6, median(after) * 1e6


def test_what_24_cards_cost() -> None:
    counting.count(Hits(date(2026, 5, 13), "", None, {1: None}))  # the connection, the script
    bare, counted = _microseconds(_bare), _microseconds(_page)
    print(f"\nbefore the answer {counted[0] - bare[0]:.0f} us, after it {counted[1] - bare[1]:.0f} us")  # noqa: T201 - what it is for
    assert counted[0] - bare[0] < 200
    assert counted[1] - bare[1] < 1_000


def test_what_a_page_of_a_gig_costs() -> None:
    spent = []
    for number in range(ROUNDS):
        started = time.thread_time()
        assert counting.count(Hits(date(2026, 5, 13), f"visitor {number}", opened=7))
        spent.append(time.thread_time() - started)
    print(f"\nafter the answer {median(spent) * 1e6:.0f} us")  # noqa: T201 - what it is for
    assert median(spent) < 0.001
