"""Saved searches: saving one, the list, opening one, changing it, deleting it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gigs.contracts import CatalogueQuery
from gigs.saved_searches import parameters, selectors, services
from gigs.saved_searches.forms import PACES, SearchForm
from gigs.saved_searches.states import Pace
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError


@login_required
@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    rows = [{"row": row, "pace": PACES[Pace(row.pace)]} for row in selectors.searches_of(_reader(request))]
    return render(request, "gigs/saved/searches.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Saves the search whose parameters are in the address, as on the results page."""
    query = parameters.query_from(request.GET)
    described = parameters.describe(query)
    form = SearchForm(request.POST or None, initial={"name": described, "pace": Pace.DAILY.value})
    if form.is_valid():
        try:
            services.save(owner_id=_reader(request), query=query, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            form.add_error("name" if "name" in error.fields else None, error.message)
        else:
            messages.success(request, _("Saved. You find this search here again."))
            return redirect("gigs:saved_searches")
    return render(request, "gigs/saved/search_new.html", {"form": form, "described": described, **_facts(query)})


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, search_id: int) -> HttpResponse:
    reader_id = _reader(request)
    search = selectors.own_search(search_id, reader_id)
    form = SearchForm(request.POST or None, initial={"name": search.name, "pace": search.pace})
    if form.is_valid():
        try:
            services.change(search_id=search_id, owner_id=reader_id, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            form.add_error("name", error.message)
        else:
            messages.success(request, _("Changed."))
            return redirect("gigs:saved_searches")
    query = parameters.query_of(search.parameters)
    context = {"form": form, "search": search, "described": parameters.describe(query), **_facts(query)}
    return render(request, "gigs/saved/search_edit.html", context)


@login_required
@require_safe
def open_results(request: HttpRequest, search_id: int) -> HttpResponse:
    """To the results, the newest first; nothing counts as new any more."""
    search = services.note_opened(search_id=search_id, owner_id=_reader(request))
    return redirect(parameters.results_url(parameters.query_of(search.parameters)))


@login_required
@require_POST
def delete(request: HttpRequest, search_id: int) -> HttpResponse:
    services.delete(search_id=search_id, owner_id=_reader(request))
    messages.success(request, _("The search is deleted."))
    return redirect("gigs:saved_searches")


def _facts(query: CatalogueQuery) -> dict[str, Any]:
    return {"results_url": parameters.results_url(query, sort="")}


def _reader(request: HttpRequest) -> int:
    return int(request.user.pk or 0)
