"""Saving one gig or seller: a page with a form, and the same for the script behind the hearts (JSON)."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import api as accounts
from gigs.favourites import items, selectors
from gigs.favourites.contracts import ListRow
from gigs.favourites.forms import KeepForm
from gigs.favourites.target import GIG, SELLER, Target
from gigs.models import SavedItem, SavedList
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError

_WISH, _WISH_HOLDS_SECONDS = "wants_to_save", 3600
_IDS_AT_ONCE = 200


@never_cache
@require_http_methods(["GET", "POST"])
def gig(request: HttpRequest, pk: int) -> HttpResponse:
    return _keep(request, Target(GIG, pk))


@never_cache
@require_http_methods(["GET", "POST"])
def seller(request: HttpRequest, pk: int) -> HttpResponse:
    return _keep(request, Target(SELLER, pk))


@never_cache
@require_safe
def ids(request: HttpRequest) -> HttpResponse:
    """Which of the gigs (``ids``) and sellers (``sellers``) of a page its reader has saved."""
    if not request.user.is_authenticated:
        return JsonResponse({"sign_in": reverse("account_login")}, status=403)
    gig_ids, seller_ids = _numbers(request.GET.get("ids", "")), _numbers(request.GET.get("sellers", ""))
    found = selectors.saved_among(request.user.pk, gig_ids, seller_ids)
    return JsonResponse({**found, "words": {"undo": _("Undo"), "change": _("Choose a list")}})


def _numbers(text: str) -> list[int]:
    parts = text[:4_000].split(",")[:_IDS_AT_ONCE]
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 19]


def _keep(request: HttpRequest, target: Target) -> HttpResponse:
    in_json = request.headers.get("Accept", "").startswith("application/json")
    if not request.user.is_authenticated:
        return _sign_in_first(request, target, in_json=in_json)
    if request.method == "POST":
        return _act_for_script(request, target) if in_json else _act(request, target)
    wish = request.session.get(_WISH)
    if wish:
        del request.session[_WISH]
        if wish["target"] == [target.kind, target.id] and time.time() - wish["at"] < _WISH_HOLDS_SECONDS:
            return _save_as_wished(request, target, wish["back"])
    return _page(request, target)


def _sign_in_first(request: HttpRequest, target: Target, *, in_json: bool) -> HttpResponse:
    """A visitor's click is remembered: it is carried out when they come back signed in."""
    if in_json:
        return JsonResponse({"sign_in": request.path}, status=403)
    wish = {"target": [target.kind, target.id], "at": time.time(), "back": _came_from(request)}
    request.session[_WISH] = wish
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")


def _save_as_wished(request: HttpRequest, target: Target, back: str) -> HttpResponse:
    chosen = items.save(owner_id=_reader(request), target=target, at=clock.now())
    messages.success(request, _saved_to(chosen))
    return redirect(back or chosen_url(chosen))


def _act(request: HttpRequest, target: Target) -> HttpResponse:
    """Save, change or remove by a plain form."""
    reader_id = _reader(request)
    if request.POST.get("act") == "remove":
        removed = items.remove(owner_id=reader_id, target=target)
        if removed:
            messages.success(request, _("Removed from “%(list)s”.") % {"list": removed.list_label})
        return redirect(_back(request) or "gigs:saved")
    form = KeepForm(request.POST, lists=_lists(reader_id))
    try:
        chosen = _keep_as_said(target, reader_id, form) if form.is_valid() else None
    except DomainError as error:
        form.add_error("note" if "note" in error.fields else None, error.message)
        chosen = None
    if chosen is None:
        return _page(request, target, form)
    messages.success(request, _saved_to(chosen))
    return redirect(_back(request) or chosen_url(chosen))


def _keep_as_said(target: Target, reader_id: int, form: KeepForm) -> SavedList:
    at, said = clock.now(), form.cleaned_data
    list_id = said["list"] or None  # 0: the first list, which is not made yet
    if selectors.item_for(reader_id, target) is None:
        return items.save(owner_id=reader_id, target=target, at=at, list_id=list_id, note=said["note"])
    return items.change(owner_id=reader_id, target=target, list_id=said["list"], note=said["note"], at=at)


def _act_for_script(request: HttpRequest, target: Target) -> JsonResponse:
    """What a heart sends: saved into the first list, or, to undo a removal, into the list where it was."""
    reader_id = _reader(request)
    try:
        if request.POST.get("act") == "remove":
            removed = items.remove(owner_id=reader_id, target=target)
            text = _("Removed from “%(list)s”.") % {"list": removed.list_label} if removed else ""
            undo = {"list": removed.list_id, "note": removed.note} if removed else {}
            return JsonResponse({"saved": False, "text": text, "undo": undo})
        list_id = next(iter(_numbers(request.POST.get("list", ""))), None)
        note = request.POST.get("note", "")
        chosen = items.save(owner_id=reader_id, target=target, at=clock.now(), list_id=list_id, note=note)
    except DomainError as error:
        return JsonResponse({"text": error.message}, status=409)
    return JsonResponse({"saved": True, "text": _saved_to(chosen), "undo": {}})


def _page(request: HttpRequest, target: Target, form: KeepForm | None = None) -> HttpResponse:
    """The form. Raises NotFound for what is neither to be seen nor saved."""
    reader_id = _reader(request)
    item = selectors.item_for(reader_id, target)
    lists = _lists(reader_id)
    initial = {"list": item.saved_list_id, "note": item.note} if item else {"list": lists[0].id}
    context: dict[str, Any] = {
        "form": form or KeepForm(initial=initial, lists=lists),
        "item": item,
        "name": _name(target, item, reader_id),
        "back": _back(request) or _came_from(request),
        "action": request.path,
    }
    return render(request, "gigs/saved/keep.html", context)


def _name(target: Target, item: SavedItem | None, reader_id: int) -> str:
    if not target.is_gig:
        return (accounts.person(target.id) if item else selectors.seller_to_save(target.id, reader_id)).name
    return item.gig.title if item and item.gig else selectors.gig_to_save(target.id).title


def _lists(reader_id: int) -> list[ListRow]:
    """Never empty: before anything is saved it is the list to come."""
    return selectors.lists_of(reader_id) or [ListRow(0, SavedList().label, False, True, 0, 0)]


def chosen_url(chosen: SavedList) -> str:
    return reverse("gigs:saved") if chosen.is_first else reverse("gigs:saved_list", args=[chosen.pk])


def _saved_to(chosen: SavedList) -> str:
    return _("Saved to “%(list)s”.") % {"list": chosen.label}


def _back(request: HttpRequest) -> str:
    """Where the form says it came from, if that is one of our pages."""
    return _ours(request, request.POST.get("back", ""))


def _came_from(request: HttpRequest) -> str:
    back = _ours(request, request.headers.get("Referer", ""))
    return "" if back.endswith(request.path) else back


def _ours(request: HttpRequest, address: str) -> str:
    return address if address and url_has_allowed_host_and_scheme(address, {request.get_host()}) else ""


def _reader(request: HttpRequest) -> int:
    return int(request.user.pk or 0)
