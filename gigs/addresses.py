"""A search as an address that can be shared, and back. Nothing personal goes in."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from gigs.contracts import CatalogueQuery
from marketplace.kernel import currencies
from marketplace.kernel.money import Money


def query_string(query: CatalogueQuery, **changes: str) -> str:
    """The address parameters of a search, empty ones left out; ``changes`` override by parameter name."""
    parameters = {
        "q": query.text,
        "category": query.category,
        "currency": query.currency,
        "min": plain_price(query, query.low_minor),
        "max": plain_price(query, query.high_minor),
        "within": query.within,
        "is": query.attributes,
        "rating": f"{query.rating / 10:.1f}" if query.rating else "",
        "level": query.levels,
        "language": query.languages,
        "country": query.countries,
        "ai": query.ai_use,
        "online": "1" if query.online else "",
        "sort": query.sort,
        "after": query.cursor,
    }
    return urlencode({name: value for name, value in {**parameters, **changes}.items() if value}, doseq=True)


def plain_price(query: CatalogueQuery, amount_minor: int | None) -> str:
    return "" if amount_minor is None else Money(amount_minor, query.currency or currencies.default()).plain


def value_address(category_slug: str, attribute: str, value: str) -> str:
    """Gigs of a category that have a value of an attribute (slugs)."""
    return f"{reverse('gigs:category', args=[category_slug])}?{urlencode({'is': f'{attribute}:{value}'})}"
