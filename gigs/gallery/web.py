"""The page on which a seller arranges the gallery of a gig."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gigs.gallery import rules, selectors, services
from gigs.gallery.selectors import OwnGallery
from gigs.gallery.services import Added, Arrangement
from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict, DomainError, InvalidInput
from marketplace.kernel.uploads.forms import FilesField, FilesForm
from marketplace.kernel.uploads.places import Place


class AddForm(FilesForm):
    files = FilesField(
        label=gettext_lazy("Add pictures, a video or PDFs"),
        error_messages={"required": gettext_lazy("Choose at least one file.")},
    )


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return _show(request, pk)
    return _add(request, pk) if request.POST.get("do") == "add" else _arrange(request, pk)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    name = services.remove(gig_id=pk, seller_id=_seller(request), item_id=item_id, at=clock.now())
    messages.success(request, _("“%(name)s” is removed.") % {"name": name})
    return _back(request, pk)


@login_required
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the files are that wait, and the pictures of those that waited when the page asked last (htmx)."""
    gallery = selectors.own_gallery(pk, _seller(request))
    waited = set(_numbers(request.GET.get("waiting", "").split(",")))
    settled = [row for row in gallery.rows if row.item.pk in waited and not row.item.is_waiting]
    news = render(request, "gigs/gallery/_news.html", {"gallery": gallery, "settled": settled, "is_news": True})
    if settled:
        news["HX-Trigger"] = "gig:saved"  # what shows how it will look asks again
    return news


def _add(request: HttpRequest, pk: int) -> HttpResponse:
    gallery = selectors.own_gallery(pk, _seller(request))  # whose gig it is, before a file is kept
    form = AddForm(request.POST, request.FILES, place=_place(pk, _seller(request), clock.now()))
    if not form.is_valid():
        return _show(request, gallery.gig.pk, form=form, status=422)
    try:
        added = services.add(
            gig_id=pk, seller_id=_seller(request), uploads=form.cleaned_data["files"], at=clock.now()
        )  # fmt: skip
    except InvalidInput as error:
        form.add_error("files", error.message)
        return _show(request, pk, form=form, status=422)
    _say(request, added)
    return _back(request, pk)


def _say(request: HttpRequest, added: Added) -> None:
    if added.number:
        said = ngettext("%d file is added.", "%d files are added.", added.number) % added.number
        messages.success(request, said)
    for message in (*added.refused, *added.waiting):
        messages.error(request, message)


def _arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """Order and texts, as a form or, from gallery.js, as a request of its own that is answered in JSON."""
    is_script = request.headers.get("Accept", "") == "application/json"
    wanted, moved = _wanted(request.POST)
    try:
        version = services.arrange(gig_id=pk, seller_id=_seller(request), wanted=wanted, at=clock.now())
    except (Conflict, InvalidInput) as error:
        status = 409 if isinstance(error, Conflict) else 422
        if is_script:
            return JsonResponse({"message": error.message, "fields": error.fields}, status=status)
        return _show(request, pk, status=status, typed=dict(wanted.alts), error=error)
    if is_script:
        rows = selectors.own_gallery(pk, _seller(request)).rows
        cover = next((row.item.pk for row in rows if row.is_cover), None)
        return JsonResponse({"version": version, "cover": cover})
    if not moved:
        messages.success(request, _("Saved."))
    return _back(request, pk, f"#item-{moved}" if moved else "")


def _back(request: HttpRequest, pk: int, anchor: str = "") -> HttpResponse:
    """To the page that the form stands on: the gallery's own, or the editor's step (``in=editor``)."""
    in_editor = request.GET.get("in") == "editor"
    url = reverse("gigs:edit_step", args=[pk, "pictures"]) if in_editor else reverse("gigs:gallery", args=[pk])
    return redirect(url + anchor)


def _wanted(data: QueryDict) -> tuple[Arrangement, int]:
    """What the form says, and the item that one of its buttons moves (0: none)."""
    order = _numbers(data.getlist("item"))
    alts = {pk: str(data[f"alt-{pk}"]) for pk in order if f"alt-{pk}" in data}
    version = next(iter(_numbers([data.get("version", "")])), 0)
    number, _colon, direction = data.get("move", "").partition(":")
    moved = next(iter(_numbers([number])), 0)
    if moved in order:
        place = order.index(moved)
        order.insert(max(0, place + (-1 if direction == "up" else 1)), order.pop(place))
    return Arrangement(order, alts, version), moved


def _show(
    request: HttpRequest,
    pk: int,
    *,
    form: AddForm | None = None,
    status: int = 200,
    typed: dict[int, str] | None = None,
    error: DomainError | None = None,
) -> HttpResponse:
    context = context_of(pk, _seller(request), clock.now())
    gallery: OwnGallery = context["gallery"]
    for row in gallery.rows:
        row.item.alt = (typed or {}).get(row.item.pk, row.item.alt)
    context |= {"gig": gallery.gig, "form": form or context["form"], "error": error}
    return render(request, "gigs/gallery/edit.html", context, status=status)


def context_of(gig_id: int, seller_id: int, at: datetime) -> dict[str, Any]:
    """What ``gigs/gallery/_body.html`` shows, here and in the editor. Raises NotFound for somebody else's gig."""
    return {
        "gallery": selectors.own_gallery(gig_id, seller_id),
        "form": AddForm(place=_place(gig_id, seller_id, at)),
        "accept": rules.ACCEPT,
        "alt_max": rules.ALT_MAX,
    }


def _place(gig_id: int, seller_id: int, at: datetime) -> Place:
    return Place(seller_id, f"gallery-{gig_id}", at)


def _seller(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


def _numbers(texts: list[str]) -> list[int]:
    return [int(text) for text in texts[:100] if text.isascii() and text.isdigit() and len(text) < 19]
