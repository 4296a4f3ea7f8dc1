from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts import presence
from marketplace.kernel import languages, zones


def cookie_zone(request: HttpRequest) -> str:
    """The zone that the browser told (assets/js/timezone.js), or an empty string for none or nonsense."""
    name = unquote(request.COOKIES.get("tz", ""))
    return name if name in zones.names() else ""


class ReaderLanguageMiddleware:
    """Whoever has chosen a language reads it on every device; who has not, what Django found (cookie, browser)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = getattr(request.user, "language", "")
        if languages.is_shipped(code) and code != request.LANGUAGE_CODE:
            translation.activate(code)  # LocaleMiddleware, which stands outside, begins each request anew
            request.LANGUAGE_CODE = code
        return self.get_response(request)


class ReaderTimeZoneMiddleware:
    """Times on a page are the reader's: their own zone, else the browser's, else the site's. Sellers are here now."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.is_selling:
            presence.saw(request.user.pk)
        name = getattr(request.user, "time_zone", "") or cookie_zone(request)
        if not name:
            timezone.deactivate()
            return self.get_response(request)
        with timezone.override(ZoneInfo(name)):
            return self.get_response(request)
