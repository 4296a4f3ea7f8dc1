"""Pages for when something is broken or closed. They ask neither database nor cache, and no session."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.setup import look

_RETRY_SECONDS = 120
_ALIVE = "/healthz"  # what watches the processes is to see that they run
_PROGRAMS = ("/api/", "/stripe/")


def server_error(_request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``; where the database cannot be reached it is a pause, which programs may wait for."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return away("database")
    return HttpResponse(_page("500.html"), status=500)


class MaintenanceMiddleware:
    """With MAINTENANCE every page says that the site is back soon; Stripe and programs are told to ask again."""

    def __init__(self, _get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.MAINTENANCE:
            raise MiddlewareNotUsed
        self.get_response = _get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == _ALIVE:
            return self.get_response(request)
        if request.path.startswith(_PROGRAMS):
            told = {"code": "maintenance", "message": _("The site is being looked after. Ask again in a few minutes.")}
            return _later(JsonResponse({**told, "fields": {}}, status=503))
        return away("maintenance")


def away(why: str) -> HttpResponse:
    """``why``: "maintenance" or "database"."""
    return _later(HttpResponse(_page("503.html", is_planned=why == "maintenance"), status=503))


def _later(response: HttpResponse) -> HttpResponse:
    response["Retry-After"] = str(_RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _page(name: str, **context: Any) -> str:
    site = {"name": look.known_name(), "operator_email": settings.OPERATOR_EMAIL}
    return get_template(name).render({"site": site, "LANGUAGE_CODE": get_language() or "en", **context})
