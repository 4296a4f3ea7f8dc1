from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control

from accounts import presence, selectors
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


class FormerHandleMiddleware:
    """Addresses below a handle that somebody had lead on to the same page of theirs, whichever app it belongs to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        return (answer.status_code == 404 and _led_on(request)) or answer


def _led_on(request: HttpRequest) -> HttpResponse | None:
    """None where nobody had the handle of this address. A form that was sent there is sent on as it is."""
    match = request.resolver_match
    if match is None or "handle" not in match.kwargs:
        return None
    now = selectors.handle_now(match.kwargs["handle"])
    if not now:
        return None
    url = reverse(match.view_name, kwargs={**match.kwargs, "handle": now})
    query = request.META.get("QUERY_STRING", "")
    answer = HttpResponsePermanentRedirect(f"{url}?{query}" if query else url, preserve_request=not _reads(request))
    # They may take it back: a browser that kept this answer would go round in circles.
    patch_cache_control(answer, no_cache=True)
    return answer


def _reads(request: HttpRequest) -> bool:
    return request.method in ("GET", "HEAD")
