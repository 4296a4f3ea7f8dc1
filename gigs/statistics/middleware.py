from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from gigs.statistics import counting, searching
from gigs.statistics.hooks import NOTED, Hits


class CountAfterAnswer:
    """Counts what a page noted once the server has sent it: nobody waits for Redis."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        hits: Hits | None = getattr(request, NOTED, None)
        if hits is not None and response.status_code == 200:
            _after(response, hits)
        return response


def _after(response: HttpResponse, hits: Hits) -> None:
    """WSGI servers close an answer when it is out; with it goes the connection to the database."""
    close = response.close

    def count_and_close() -> None:
        try:
            if counting.count(hits) and hits.searched:
                searching.count(hits)
        finally:
            close()

    response.close = count_and_close  # type: ignore[method-assign]
