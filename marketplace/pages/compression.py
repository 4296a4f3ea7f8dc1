"""Pages leave compressed: a page of results is a quarter of its size then."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_TEXTS = ("text/", "application/json", "application/xml", "application/javascript", "image/svg+xml")


class CompressPages(GZipMiddleware):
    """Django's, for texts that are made in one piece. What is streamed, files above all, keeps its length, which says
    how far a download is, and goes on after a cut; pictures and PDFs are compressed already.

    Django adds a random number of bytes, so that the length does not tell what a secret on the page is (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.headers.get("Content-Type", "").startswith(_TEXTS):
            return response
        return super().process_response(request, response)
