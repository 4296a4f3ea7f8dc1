"""A search as its parameters: what is stored is what the results page's own form makes of an address, and no more."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qs, urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gigs import limits
from gigs.addresses import query_string
from gigs.contracts import CatalogueQuery
from gigs.filters import WITHIN_NAMES, FilterForm
from gigs.models import Category
from gigs.selectors.offers import currency_of
from marketplace.kernel import words
from marketplace.kernel.money import Money

Parameters = Mapping[str, list[str]]


def query_from(data: QueryDict) -> CatalogueQuery:
    """What is asked for, as far as it makes sense; prices and what is found stay in the currency that applies now.

    Who is here at the moment is left out: a gig is not the less new because its seller sleeps.
    """
    query = FilterForm(data).query(category=data.get("category", ""))
    return replace(query, currency=currency_of(query), online=False, cursor="", sort="")


def stored(query: CatalogueQuery) -> dict[str, list[str]]:
    return parse_qs(query_string(query))


def query_of(parameters: Parameters) -> CatalogueQuery:
    """A stored search; what does not exist any more is dropped, as it is from an old address."""
    return query_from(QueryDict(urlencode(parameters, doseq=True)))


def fingerprint(parameters: Parameters) -> str:
    return hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()


def results_url(query: CatalogueQuery, sort: str = "newest") -> str:
    """The page with its results; a category has a page of its own."""
    path = reverse("gigs:category", args=[query.category]) if query.category else reverse("gigs:search")
    return f"{path}?{query_string(replace(query, category='', sort=sort))}"


def asks_for_something(query: CatalogueQuery) -> bool:
    return bool(stored(replace(query, currency="")))


def describe(query: CatalogueQuery) -> str:
    """A search in words, as the name that is proposed: "“logo” in Design, up to €30.00"."""
    name = Category.objects.filter(slug=query.category).values_list("name", flat=True).first()
    parts = [f"“{query.text}”"] if query.text else []
    if name:
        parts = [_("%(words)s in %(category)s") % {"words": parts[0], "category": name}] if parts else [name]
    parts += [*_price_words(query)]
    if query.within:
        parts.append(_("ready within: %(time)s") % {"time": WITHIN_NAMES[query.within]})
    if others := _others(query):
        parts.append(ngettext("%(count)d more filter", "%(count)d more filters", others) % {"count": others})
    text = ", ".join(parts) or _("All gigs")
    return text if len(text) <= limits.SEARCH_NAME_MAX else text[: limits.SEARCH_NAME_MAX - 1] + "…"


def _others(query: CatalogueQuery) -> int:
    """Filters that are not named."""
    several = (query.levels, query.languages, query.countries, query.attributes)
    return sum(map(len, several)) + bool(query.rating) + bool(query.ai_use)


def _price_words(query: CatalogueQuery) -> list[str]:
    def amount(minor: int) -> str:
        return words.amount(Money(minor, currency_of(query)))

    said = []
    if query.low_minor is not None:
        said.append(_("from %(price)s") % {"price": amount(query.low_minor)})
    if query.high_minor is not None:
        said.append(_("up to %(price)s") % {"price": amount(query.high_minor)})
    return said
