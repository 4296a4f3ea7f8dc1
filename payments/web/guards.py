"""Who sees which money pages: a seller their own. Those of all are for treasurers (``web/staff/guards.py``)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from accounts import api as people

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, int, P], HttpResponse]


def for_sellers(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Calls the view with the seller's own id: the permission is that there is no other."""

    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user_id = request.user.pk
        if user_id and people.is_seller(user_id):
            return view(request, user_id, *args, **kwargs)
        if request.method != "POST":
            return render(request, "payments/not_selling.html")
        return redirect("accounts:become_seller")

    return wraps(view)(login_required(never_cache(guarded)))
