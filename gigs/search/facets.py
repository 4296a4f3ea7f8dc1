"""What could be chosen from, with counts: of each value, how many would be found with it beside all other choices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import api as accounts
from gigs.contracts import CatalogueQuery, Facet, FacetValue
from gigs.search import properties, statement
from gigs.search.conditions import Conditions
from gigs.search.labels import AI_USES, RATINGS, Kind, code_of, kind_of, label, number_of
from gigs.search.statement import Found, TooBroad
from marketplace.kernel.languages import name_of
from orders import api as orders

MOST_VALUES = 10
Counts = Mapping[int, int]


def counted(query: CatalogueQuery, wanted: Conditions, found: Found) -> dict[str, Counts]:
    """By facet. What was counted with the results, and one statement more for facets of which something is chosen."""
    names = ["rating", "level", "language", "country", "ai", *_attributes(query)]
    chosen = [name for name in names if name in wanted.chosen]
    try:
        others = statement.others(wanted, chosen, found.tier)
    except TooBroad:
        others = {}
    return {name: others.get(name, found.counts) for name in names}


def by_category(counts: Counts) -> dict[str, int]:
    """By slug: the chosen category, those below it and those above."""
    ids = {label(Kind.CATEGORY, branch.id): slug for slug, branch in properties.known().categories.items()}
    return {ids[one]: count for one, count in counts.items() if one in ids}


def of(query: CatalogueQuery, counts: Mapping[str, Counts]) -> tuple[Facet, ...]:
    """Those that can narrow what was found, in the order of the page."""
    made = [
        _rating(query, counts["rating"]),
        _level(query, counts["level"]),
        *(_attribute(name, query, counts[name]) for name in _attributes(query)),
        _language(query, counts["language"]),
        _country(query, counts["country"]),
        _ai(query, counts["ai"]),
    ]
    return tuple(facet for facet in made if facet.values)


def _attributes(query: CatalogueQuery) -> list[str]:
    """Facets of the chosen category's attributes."""
    values = properties.known().values_in(query.category) if query.category else []
    return list(dict.fromkeys(f"attribute-{value.attribute_slug}" for value in values))


def _attribute(name: str, query: CatalogueQuery, counts: Counts) -> Facet:
    here = properties.known().values_in(query.category)
    values = [value for value in here if f"attribute-{value.attribute_slug}" == name]
    rows = [(value.slug, value.label, counts.get(label(Kind.VALUE, value.id), 0)) for value in values]
    return Facet("is", values[0].attribute_label, _values(rows, query.attributes))


def _rating(query: CatalogueQuery, counts: Counts) -> Facet:
    words = _("%(stars)s and more")
    rows = [
        (f"{tenths / 10:.1f}", words % {"stars": f"{tenths / 10:.1f}"}, counts.get(label(Kind.RATING, tenths), 0))
        for tenths in reversed(RATINGS)
    ]
    return Facet("rating", _("Rating"), _values(rows, [f"{query.rating / 10:.1f}"]), is_single=True)


def _level(query: CatalogueQuery, counts: Counts) -> Facet:
    names = {"new": _("New"), "rising": _("Rising"), "proven": _("Proven"), "top": _("Top")}
    rows = [
        (level.value, names[level.value], counts.get(label(Kind.LEVEL, number), 0))
        for number, level in enumerate(orders.Level)
    ]
    return Facet("level", _("Seller's level"), _values(rows, query.levels))


def _language(query: CatalogueQuery, counts: Counts) -> Facet:
    reader = get_language() or "en"
    values = _of_codes(Kind.LANGUAGE, counts, query.languages, lambda code: name_of(code, reader))
    return Facet("language", _("Language"), values)


def _country(query: CatalogueQuery, counts: Counts) -> Facet:
    values = _of_codes(Kind.COUNTRY, counts, query.countries, lambda code: accounts.country_name(code.upper()))
    return Facet("country", _("Seller's country"), values)


def _ai(query: CatalogueQuery, counts: Counts) -> Facet:
    names = dict(orders.AI_USES)
    rows = [(use, str(names[use]), counts.get(label(Kind.AI, number), 0)) for number, use in enumerate(AI_USES) if use]
    return Facet("ai", _("How it is made"), _values(rows, [query.ai_use]), is_single=True)


def _of_codes(kind: Kind, counts: Counts, chosen: Iterable[str], name: Callable[[str], str]) -> tuple[FacetValue, ...]:
    known = {code_of(one): count for one, count in counts.items() if kind_of(one) == kind and number_of(one)}
    every = {**dict.fromkeys(chosen, 0), **known}
    rows = sorted(((code, name(code), count) for code, count in every.items()), key=lambda row: (-row[2], row[1]))
    return _values(rows, list(chosen))


def _values(rows: Iterable[tuple[str, str, int]], chosen: Iterable[str]) -> tuple[FacetValue, ...]:
    """Those that find something, and those that are chosen."""
    picked = set(chosen)
    shown = [FacetValue(value, name, count, value in picked) for value, name, count in rows if count or value in picked]
    if not any(value.is_chosen for value in shown) and len(shown) < 2:
        return ()
    kept = [value for number, value in enumerate(shown) if number < MOST_VALUES or value.is_chosen]
    return tuple(kept)
