"""Terms, privacy notice, imprint, and their former versions."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.pages import markdown
from marketplace.pages.legal import texts
from marketplace.pages.models import Kind


@require_safe
def text(request: HttpRequest, kind: str) -> HttpResponse:
    """What is in force now."""
    return _page(request, texts.in_force(Kind(kind)))


@require_safe
def version(request: HttpRequest, kind: str, language: str, number: int) -> HttpResponse:
    """One version, whether it is in force or not."""
    if kind not in Kind.values:
        raise Http404(_("There is no such text."))
    return _page(request, texts.version(Kind(kind), language, number))


def _page(request: HttpRequest, shown: texts.Shown) -> HttpResponse:
    context = {
        "shown": shown,
        "text": markdown.html(shown.body),
        "is_foreign": shown.language != texts.reader_language(),
        "may_publish": request.user.is_staff and request.user.has_perm("pages.add_legaltext"),
    }
    return render(request, "pages/legal/text.html", context)
