"""What a search asks for, as conditions on entries. A facet's own choice can be left out, to count the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts import api as accounts
from gigs import limits
from gigs.contracts import CatalogueQuery
from gigs.search import properties
from gigs.search.labels import AI_USES, Kind, coded, label
from gigs.selectors.offers import TODAY, WITHIN_MINUTES, currency_of, midnight_after
from marketplace.kernel import currencies
from orders import api as orders

PACKAGES = "unnest(prices, minutes) AS package (price, promise)"
_LEVELS = list(orders.Level)


@dataclass(frozen=True, slots=True)
class Conditions:
    """``chosen``: by facet, labels of which one is needed. ``rest``: what no label says. ``given``: its values."""

    question: str = ""  # PostgreSQL's, or empty
    chosen: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    rest: tuple[str, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    package: str = ""  # what one package (price, promise) has to be, where no label says it

    def sql(self, *, but: str = "", more: tuple[int, ...] = ()) -> tuple[str, dict[str, Any]]:
        """The text after WHERE, and its values. ``but``: without this facet's choice; ``more``: one of these labels."""
        parts, given = list(self.rest), dict(self.given)
        if self.package:
            parts.append(f"EXISTS (SELECT FROM {PACKAGES} WHERE {self.package})")
        if self.question:
            parts.insert(0, "doc @@ %(question)s::tsquery")
            given["question"] = self.question
        needed = [labels[0] for key, labels in self.chosen.items() if key != but and len(labels) == 1]
        several = [labels for key, labels in self.chosen.items() if key != but and len(labels) > 1]
        if needed:
            parts.append("labels @> %(needed)s")
            given["needed"] = needed
        for number, labels in enumerate([*several, more] if more else several):
            parts.append(f"labels && %(several_{number})s")
            given[f"several_{number}"] = list(labels)
        return " AND ".join(parts) or "true", given


def conditions_of(query: CatalogueQuery, question: str, at: datetime) -> Conditions:
    """Unknown values find nothing less: they have been dropped before."""
    rest: list[str] = []
    given: dict[str, Any] = {}
    package = ""
    currency = currency_of(query)
    chosen = _chosen(query)
    if currency:
        chosen["currency"] = (coded(Kind.CURRENCY, currency),)
    else:
        # No label: nearly every entry would have it.
        rest.append("currency = ANY(%(settled)s)")
        given["settled"] = list(currencies.settled())
    prices = query.low_minor is not None or query.high_minor is not None
    if query.within in WITHIN_MINUTES and not prices:
        chosen["within"] = (label(Kind.WITHIN, WITHIN_MINUTES[query.within]),)
    elif prices or query.within:
        package = _package(query)
        given |= _package_values(query, at)
    if query.online:
        rest.append("seller_id = ANY(%(online)s)")
        given["online"] = accounts.online_ids()
    return Conditions(question, chosen, tuple(rest), given, package)


def _chosen(query: CatalogueQuery) -> dict[str, tuple[int, ...]]:
    chosen: dict[str, tuple[int, ...]] = {}
    if query.category:
        chosen["category"] = (label(Kind.CATEGORY, properties.category_id(query.category)),)
    if query.rating:
        chosen["rating"] = (label(Kind.RATING, query.rating),)
    if query.levels:
        chosen["level"] = tuple(label(Kind.LEVEL, _LEVELS.index(orders.Level(level))) for level in query.levels)
    if query.languages:
        chosen["language"] = tuple(coded(Kind.LANGUAGE, code) for code in query.languages)
    if query.countries:
        chosen["country"] = tuple(coded(Kind.COUNTRY, code) for code in query.countries)
    if query.ai_use:
        chosen["ai"] = (label(Kind.AI, AI_USES.index(query.ai_use)),)
    for attribute, value_ids in properties.chosen(query.attributes, query.category).items():
        chosen[f"attribute-{attribute}"] = tuple(label(Kind.VALUE, pk) for pk in value_ids)
    return chosen


_OPEN_TODAY = (
    "promise <= CASE WHEN hours IS NULL THEN %(until_midnight)s ELSE gigs_open_minutes(hours, %(at)s, %(midnight)s) END"
)


def _package(query: CatalogueQuery) -> str:
    """That one package answers both price and time."""
    parts = []
    if query.low_minor is not None:
        parts.append("price >= %(low)s")
    if query.high_minor is not None:
        parts.append("price <= %(high)s")
    if query.within in WITHIN_MINUTES:
        parts.append("promise <= %(within)s")
    if query.within == TODAY:
        parts += [f"promise < {limits.ORDER_HOURS_BELOW_MINUTES}", _OPEN_TODAY]
    return " AND ".join(parts)


def _package_values(query: CatalogueQuery, at: datetime) -> dict[str, Any]:
    midnight = midnight_after(at)
    return {
        "low": query.low_minor,
        "high": query.high_minor,
        "within": WITHIN_MINUTES.get(query.within),
        "at": at,
        "midnight": midnight,
        "until_midnight": int((midnight - at).total_seconds()) // 60,
    }
