"""Who sees the money pages: treasurers. A visitor signs in first, everybody else finds nothing there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def treasurers_only(view: View[P]) -> View[P]:
    @login_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        # The flag came with the session's person: no query of its own, and none for a right taken away since.
        if not (request.user.is_authenticated and request.user.handles_money):
            raise Http404
        return view(request, *args, **kwargs)

    return cast("View[P]", guarded)
