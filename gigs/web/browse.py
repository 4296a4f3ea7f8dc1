"""Categories, results, and why a result stands where it does. Times here are words for a page, not decisions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gigs.addresses import plain_price, query_string
from gigs.contracts import CatalogueQuery, CategoryCard, Results
from gigs.filters import FilterForm, currency_choices, sort_choices, within_choices
from gigs.selectors import catalogue
from gigs.selectors import why as why_selector
from gigs.selectors.home import categories_with_counts
from gigs.selectors.offers import currency_of
from marketplace.kernel import clock, currency_choice
from marketplace.kernel.errors import NotFound


def categories(request: HttpRequest) -> HttpResponse:
    currency = currency_choice.preferred(request)
    context = {"categories": categories_with_counts(currency), "currency": currency}
    return currency_choice.remember(request, render(request, "gigs/categories.html", context))


def category(request: HttpRequest, slug: str) -> HttpResponse:
    cards = categories_with_counts(currency_choice.preferred(request))
    chosen = next((card for card in cards if card.slug == slug), None)
    if chosen is None:
        raise NotFound(_("There is no such category."))
    return _results(request, cards, chosen)


def search(request: HttpRequest) -> HttpResponse:
    cards = categories_with_counts(currency_choice.preferred(request))
    slug = request.GET.get("category", "")
    return _results(request, cards, next((card for card in cards if card.slug == slug), None))


def why(request: HttpRequest, pk: int) -> HttpResponse:
    form = FilterForm(request.GET)
    query = form.query(category=request.GET.get("category", ""))
    gig, reasons = why_selector.reasons(pk, query, clock.display_now())
    context = {"gig": gig, "reasons": reasons, "query": query, "back_url": _address(query)}
    return render(request, "gigs/why.html", context)


def _results(request: HttpRequest, cards: list[CategoryCard], chosen: CategoryCard | None) -> HttpResponse:
    form = FilterForm(request.GET)
    query = form.query(chosen.slug if chosen else "", request.GET.get("after", ""))
    results = catalogue.search(query, clock.display_now())
    context = {
        "form": form,
        "query": query,
        "category": chosen,
        "results": results,
        "facets": _facets(cards, query, results),
        "sorts": sort_choices(query),
        "withins": within_choices(),
        "currencies": currency_choices(),
        "currency": currency_of(query),
        "typed": _typed(form, query),
        "action": _address(CatalogueQuery(category=query.category)),
        "is_filtered": any((query.within, query.currency, query.low_minor is not None, query.high_minor is not None)),
        "reset_url": _address(CatalogueQuery(text=query.text, category=query.category)),
        "everywhere_url": _address(replace(query, category="", cursor="")) if query.category else "",
        "first_url": _address(replace(query, cursor="")) if query.cursor else "",
        "next_url": _address(replace(query, cursor=results.next_cursor)) if results.next_cursor else "",
    }
    return currency_choice.remember(request, render(request, "gigs/results.html", context))


def _typed(form: FilterForm, query: CatalogueQuery) -> dict[str, str]:
    """What the price fields show: what was typed where it was wrong, else what applies."""
    applied = {"min": plain_price(query, query.low_minor), "max": plain_price(query, query.high_minor)}
    return {name: form.data.get(name, "")[:20] if name in form.errors else value for name, value in applied.items()}


def _facets(cards: list[CategoryCard], query: CatalogueQuery, results: Results) -> list[dict[str, Any]]:
    return [
        {
            "name": card.name,
            "url": _address(replace(query, category=card.slug, cursor="")),
            "count": results.by_category.get(card.slug, 0),
            "is_current": card.slug == query.category,
        }
        for card in cards
    ]


def _address(query: CatalogueQuery) -> str:
    path = reverse("gigs:category", args=[query.category]) if query.category else reverse("gigs:search")
    parameters = query_string(replace(query, category=""))
    return f"{path}?{parameters}" if parameters else path
