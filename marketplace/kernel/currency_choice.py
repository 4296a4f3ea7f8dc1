"""The currency in which a visitor likes to see "from" prices: chosen by a link, kept in a cookie."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from marketplace.kernel import currencies

PARAMETER = COOKIE = "currency"
_YEAR_SECONDS = 365 * 24 * 3600


def preferred(request: HttpRequest) -> str:
    """What the address asks for, else what was chosen before, else the site's first."""
    return currencies.chosen(_asked(request) or request.COOKIES.get(COOKIE, ""))


def remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response, keeping what the address asked for."""
    if asked := _asked(request):
        response.set_cookie(COOKIE, asked, max_age=_YEAR_SECONDS, samesite="Lax", httponly=True)
    return response


def _asked(request: HttpRequest) -> str:
    asked = request.GET.get(PARAMETER, "")
    return asked if asked in currencies.settled() else ""
