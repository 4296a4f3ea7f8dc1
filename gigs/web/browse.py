"""Categories, results, and why a result stands where it does. Times here are words for a page, not decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gigs import statistics
from gigs.addresses import plain_price, query_string
from gigs.contracts import CatalogueQuery, Results
from gigs.filters import WITHIN_NAMES, FilterForm, currency_choices, sort_choices, within_choices
from gigs.models import Category
from gigs.search import properties, words
from gigs.selectors import catalogue
from gigs.selectors import categories as tree
from gigs.selectors import why as why_selector
from gigs.selectors.offers import currency_of
from gigs.web import results_html
from gigs.web.card_html import cards_html
from marketplace.kernel import clock, currency_choice


def categories(request: HttpRequest) -> HttpResponse:
    currency = currency_choice.preferred(request)
    context = {"categories": tree.tree(currency), "currency": currency}
    return currency_choice.remember(request, render(request, "gigs/categories.html", context))


def category(request: HttpRequest, slug: str) -> HttpResponse:
    at = clock.display_now()
    key = results_html.key_of(request, slug, at)
    kept = results_html.kept(key)
    if kept is None:
        chosen = tree.category_at(slug)
        if chosen.slug != slug:  # it has another name now, or went into another
            asked = request.META["QUERY_STRING"]
            return redirect(f"{chosen.get_absolute_url()}{'?' if asked else ''}{asked}", permanent=True)
        kept = results_html.rendered(request, key, _found(request, chosen, at))
    return _answer(request, kept, slug)


def search(request: HttpRequest) -> HttpResponse:
    at = clock.display_now()
    key = results_html.key_of(request, "", at)
    kept = results_html.kept(key)
    if kept is None:
        chosen = tree.by_slug(request.GET.get("category", ""))
        kept = results_html.rendered(request, key, _found(request, chosen, at))
    return _answer(request, kept)


def _answer(request: HttpRequest, kept: results_html.Kept, slug: str = "") -> HttpResponse:
    statistics.saw_cards(request, kept.gig_ids)
    if "after" not in request.GET:
        statistics.searched(request, request.GET.get("q", ""), slug or request.GET.get("category", ""))
    return currency_choice.remember(request, render(request, "gigs/results.html", {"kept": kept}))


def why(request: HttpRequest, pk: int) -> HttpResponse:
    form = FilterForm(request.GET)
    query = form.query(category=request.GET.get("category", ""))
    found = why_selector.reasons(pk, query, clock.display_now())
    context = {"why": found, "gig": found.gig, "query": query, "back_url": _address(query)}
    # In the results it opens beside the card; by itself it is a page.
    return render(request, "gigs/_why.html" if request.htmx else "gigs/why.html", context)  # type: ignore[attr-defined]


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """What somebody may be about to type (assets/js/suggest.js)."""
    found = words.suggestions(catalogue.plain_words(request.GET.get("q", "")))
    answer = JsonResponse({"suggestions": found})
    answer["Cache-Control"] = "public, max-age=60"
    return answer


def _found(request: HttpRequest, chosen: Category | None, at: datetime) -> dict[str, Any]:
    """What the parts of a page of results show."""
    currency = currency_choice.preferred(request)
    form = FilterForm(request.GET)
    query = form.query(chosen.slug if chosen else "", request.GET.get("after", ""))
    results = catalogue.search(query, at)
    return {
        "form": form,
        "query": query,
        "category": chosen,
        "head": tree.category_head(chosen, at, currency) if chosen else None,
        "results": results,
        **_cards(results, replace(query, text=results.corrected or query.text)),
        "categories": _categories(query, results),
        "facets": results.facets,
        "chosen": _chosen(query, results),
        "sorts": sort_choices(query),
        "withins": within_choices(),
        "currencies": currency_choices(),
        "currency": currency_of(query),
        "typed": _typed(form, query),
        "action": _address(CatalogueQuery(category=query.category)),
        "is_filtered": _is_filtered(query),
        "ask_url": f"{reverse('gigs:ask_several')}?{query_string(replace(query, cursor=''))}" if query.text else "",
        "meant_url": _address(replace(query, text=results.corrected, cursor="")) if results.corrected else "",
        "reset_url": _address(CatalogueQuery(text=query.text, category=query.category)),
        "everywhere_url": _address(replace(query, category="", cursor="")) if query.category else "",
        "first_url": _address(replace(query, cursor="")) if query.cursor else "",
        "next_url": _address(replace(query, cursor=results.next_cursor)) if results.next_cursor else "",
    }


def _cards(results: Results, query: CatalogueQuery) -> dict[str, Sequence[str]]:
    """Those that answer, and those that come near, each with its HTML."""
    made = cards_html([*results.shown, *results.near], query)
    answers = len(made) - len(results.near)
    return {"cards": made[:answers], "near": made[answers:]}


def _typed(form: FilterForm, query: CatalogueQuery) -> dict[str, str]:
    """What the price fields show: what was typed where it was wrong, else what applies."""
    applied = {"min": plain_price(query, query.low_minor), "max": plain_price(query, query.high_minor)}
    return {name: form.data.get(name, "")[:20] if name in form.errors else value for name, value in applied.items()}


def _is_filtered(query: CatalogueQuery) -> bool:
    plain = CatalogueQuery(text=query.text, category=query.category, sort=query.sort, cursor=query.cursor)
    return query != plain


def _categories(query: CatalogueQuery, results: Results) -> list[dict[str, Any]]:
    """The chosen one and those below it, or the roots."""
    known = properties.known().categories
    here = known.get(query.category)
    shown = [one for one in known.values() if one is here or one.parent_id == (here.id if here else None)]
    return [
        {
            "name": card.label,
            "url": _address(replace(query, category=card.slug, attributes=(), cursor="")),
            "count": results.by_category.get(card.slug, 0),
            "is_current": card.slug == query.category,
        }
        for card in shown
    ]


def _chosen(query: CatalogueQuery, results: Results) -> list[dict[str, str]]:
    """What is chosen, each with the address without it."""
    found = [
        {"name": value.name, "url": _address(_without(query, facet.key, value.value))}
        for facet in results.facets
        for value in facet.values
        if value.is_chosen
    ]
    if query.within:
        found.append({"name": str(WITHIN_NAMES[query.within]), "url": _address(replace(query, within="", cursor=""))})
    if query.online:
        found.append({"name": _("Here now"), "url": _address(replace(query, online=False, cursor=""))})
    return found


_SEVERAL = {"is": "attributes", "level": "levels", "language": "languages", "country": "countries"}


def _without(query: CatalogueQuery, key: str, value: str) -> CatalogueQuery:
    changes: dict[str, Any] = {"rating": 0} if key == "rating" else {"ai_use": ""}
    if key in _SEVERAL:
        name = _SEVERAL[key]
        changes = {name: tuple(one for one in getattr(query, name) if one != value)}
    return replace(query, cursor="", **changes)


def _address(query: CatalogueQuery) -> str:
    path = reverse("gigs:category", args=[query.category]) if query.category else reverse("gigs:search")
    parameters = query_string(replace(query, category=""))
    return f"{path}?{parameters}" if parameters else path
