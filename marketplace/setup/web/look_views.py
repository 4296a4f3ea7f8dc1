"""Choosing name, logo and colours; and the stylesheet that comes of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.kernel import clock
from marketplace.kernel.errors import InvalidInput
from marketplace.setup import colours, look, services, stylesheet
from marketplace.setup.colours import DARK, LIGHT
from marketplace.setup.web.forms import HOUSE_DARK, HOUSE_LIGHT, LookForm, previewed, refuse
from marketplace.setup.web.views import operator_id

_CSS = "text/css; charset=utf-8"


@never_cache
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    operator_id(request)
    look.reread()
    known = look.current()
    initial = {name: getattr(known, name) for name in ("name", "tagline", "accent_light", "accent_dark")}
    options: dict[str, Any] = {"has_logo": bool(known.logo), "has_icon": bool(known.icon), "initial": initial}
    form = LookForm(request.POST or None, request.FILES or None, **options)
    if form.is_valid() and request.POST.get("do") != "preview":
        try:
            services.save_look(at=clock.now(), **form.cleaned_data)
        except InvalidInput as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved. Other processes of the site follow within seconds."))
            return redirect("setup:look")
    return render(request, "setup/look.html", {"form": form, "previews": _previews(form)})


def _previews(form: LookForm) -> dict[str, Any]:
    light, dark = previewed(str(form["accent_light"].value()), str(form["accent_dark"].value()))
    light, dark = light or HOUSE_LIGHT, dark or HOUSE_DARK
    return {
        "light": light,
        "dark": dark,
        "light_ratio": f"{colours.worst(light, LIGHT):.1f}",
        "dark_ratio": f"{colours.worst(dark, DARK):.1f}",
    }


@require_safe
def preview_css(request: HttpRequest) -> HttpResponse:
    """For two boxes of that page."""
    operator_id(request)
    light, dark = previewed(request.GET.get("light", ""), request.GET.get("dark", ""))
    return HttpResponse(stylesheet.preview(light, dark), content_type=_CSS)


@require_safe
def css(_request: HttpRequest, mark: str) -> HttpResponse:
    """The site's own colours. A process that does not know this address yet looks once more."""
    text = look.css()
    if stylesheet.mark(text) != mark:
        look.reread()
        text = look.css()
    if not text:
        raise Http404
    response = HttpResponse(text, content_type=_CSS)
    is_this = stylesheet.mark(text) == mark
    response["Cache-Control"] = "public, max-age=31536000, immutable" if is_this else "no-store"
    return response
