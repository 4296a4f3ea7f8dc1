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
_AWAY = ("08", "57P0")  # PostgreSQL's codes of a lost connection and of a server that stops or starts


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``; where the database cannot be reached it is a pause, which programs may wait for."""
    is_away, by_program = _is_away(sys.exc_info()[1]), request.path.startswith(_PROGRAMS)
    if is_away and by_program:
        return _later(_told("database", _("Our records cannot be reached. Ask again in a few minutes."), 503))
    if by_program:
        return _told("error", _("Something broke on our side."), 500)
    return away("database") if is_away else HttpResponse(_page("500.html"), status=500)


def _is_away(error: BaseException | None) -> bool:
    """Nothing answered. A deadlock, a statement that took too long and a full disk are faults, under the same names."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    code = getattr(error.__cause__, "pgcode", None)
    return code is None or code.startswith(_AWAY)


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
            message = _("The site is being looked after. Ask again in a few minutes.")
            return _later(_told("maintenance", message, 503))
        return away("maintenance")


def away(why: str) -> HttpResponse:
    """``why``: "maintenance" or "database"."""
    return _later(HttpResponse(_page("503.html", is_planned=why == "maintenance"), status=503))


def _told(code: str, message: str, status: int) -> JsonResponse:
    """As ``marketplace/rest/errors.py`` tells refusals."""
    return JsonResponse({"code": code, "message": message, "fields": {}}, status=status)


def _later(response: HttpResponse) -> HttpResponse:
    response["Retry-After"] = str(_RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _page(name: str, **context: Any) -> str:
    site = {"name": look.known_name(), "operator_email": settings.OPERATOR_EMAIL}
    return get_template(name).render({"site": site, "LANGUAGE_CODE": get_language() or "en", **context})
