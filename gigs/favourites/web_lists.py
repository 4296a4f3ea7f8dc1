"""One's lists, and a list that somebody shared."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import api as accounts
from gigs import statistics
from gigs.favourites import lists, paging, selectors
from gigs.favourites.contracts import ListRow, Shelf
from gigs.favourites.forms import ListForm
from gigs.models import SavedList
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, NotFound


@login_required
@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    """The first list; before anything is saved there is none."""
    rows = selectors.lists_of(_reader(request))
    return _own_page(request, rows, next((row for row in rows if row.is_first), None))


@login_required
@require_safe
def one(request: HttpRequest, list_id: int) -> HttpResponse:
    rows = selectors.lists_of(_reader(request))
    chosen = next((row for row in rows if row.id == list_id), None)
    if chosen is None:
        raise NotFound(_("You have no such list."))
    return _own_page(request, rows, chosen)


def _own_page(request: HttpRequest, rows: list[ListRow], chosen: ListRow | None) -> HttpResponse:
    here = chosen.id if chosen else 0
    context = {"lists": [_link(row, here) for row in rows], "list": chosen, **_shelf_of(request, here)}
    return render(request, "gigs/saved/list.html", context)


def _shelf_of(request: HttpRequest, list_id: int, *, in_public: bool = False) -> dict[str, Any]:
    """A page of the list, of its gigs or its sellers, with the addresses around it."""
    shows_sellers = request.GET.get("show") == "sellers"
    found, sort, after = SavedList(pk=list_id), request.GET.get("sort", ""), request.GET.get("after", "")
    shelf = (
        selectors.sellers_in(found, sort=sort, after=after, in_public=in_public)
        if shows_sellers
        else selectors.gigs_in(found, clock.display_now(), sort=sort, after=after, in_public=in_public)
    )
    statistics.saw_cards(request, [kept.id for kept in shelf.gigs if kept.url])
    base = {"show": "sellers"} if shows_sellers else {}
    order = {**base, "sort": shelf.sort} if shelf.sort != "newest" else base
    return {
        "shelf": shelf,
        "shows_sellers": shows_sellers,
        "sorts": _sorts(shelf, shows_sellers=shows_sellers),
        "first_url": f"?{urlencode(order)}" if after else "",
        "next_url": f"?{urlencode({**order, 'after': shelf.next_cursor})}" if shelf.next_cursor else "",
    }


def _sorts(shelf: Shelf, *, shows_sellers: bool) -> list[dict[str, Any]]:
    names = paging.SORTS_OF_SELLERS if shows_sellers else tuple(paging.SORTS)
    return [{"key": key, "name": paging.SORTS[key].name, "is_current": key == shelf.sort} for key in names]


def _link(row: ListRow, current: int) -> dict[str, Any]:
    url = reverse("gigs:saved") if row.is_first else reverse("gigs:saved_list", args=[row.id])
    return {"label": row.label, "count": row.count, "url": url, "is_current": row.id == current}


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = ListForm(request.POST or None)
    if form.is_valid():
        try:
            made = lists.create(owner_id=_reader(request), name=form.cleaned_data["name"], at=clock.now())
        except DomainError as error:
            form.add_error("name", error.message)
        else:
            return redirect("gigs:saved_list", made)
    return render(request, "gigs/saved/list_new.html", {"form": form})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, list_id: int) -> HttpResponse:
    """Name, sharing and deletion of a list; a POST renames it."""
    reader_id = _reader(request)
    found = selectors.own_list(list_id, reader_id)
    form = ListForm(request.POST or None, initial={"name": found.label})
    if form.is_valid():
        try:
            lists.rename(list_id=list_id, owner_id=reader_id, name=form.cleaned_data["name"], at=clock.now())
        except DomainError as error:
            form.add_error("name", error.message)
        else:
            messages.success(request, _("Renamed."))
            return redirect("gigs:saved_list", list_id)
    row = next(row for row in selectors.lists_of(reader_id) if row.id == list_id)
    return render(request, "gigs/saved/list_edit.html", {"form": form, "list": row, "address": _address(found)})


@login_required
@require_POST
def act(request: HttpRequest, list_id: int) -> HttpResponse:
    """Share, renew the address, stop sharing, delete. Raises NotFound for somebody else's."""
    reader_id, deed = _reader(request), request.POST.get("act", "")
    if deed == "delete":
        contents = request.POST.get("contents", lists.KEEP)
        lists.delete(list_id=list_id, owner_id=reader_id, contents=contents, at=clock.now())
        messages.success(request, _("The list is deleted."))
        return redirect("gigs:saved")
    if deed == "share":
        lists.share(list_id=list_id, owner_id=reader_id)
        messages.success(request, _("Shared. Whoever has the link can read the list."))
    if deed == "stop":
        lists.stop_sharing(list_id=list_id, owner_id=reader_id)
        messages.success(request, _("Private again. The link does not work any more."))
    return redirect("gigs:saved_edit", list_id)


@require_safe
def shared(request: HttpRequest, key: str) -> HttpResponse:
    """A shared list, as anybody with its link sees it: what is public of it, and no notes."""
    found = selectors.shared_list(key)
    owner = accounts.person(found.owner_id)
    own = {"list": found, "owner": owner, "is_own": request.user.pk == found.owner_id}
    response = render(request, "gigs/saved/shared.html", {**own, **_shelf_of(request, found.pk, in_public=True)})
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"  # the link is the key
    return response


def _address(found: SavedList) -> str:
    return settings.SITE_URL + reverse("gigs:saved_shared", args=[found.share_key]) if found.is_shared else ""


def _reader(request: HttpRequest) -> int:
    return int(request.user.pk or 0)
