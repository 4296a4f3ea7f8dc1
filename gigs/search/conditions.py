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
from gigs.search.labels import AI_USES, Kind, Tier, coded, label, price_band
from gigs.selectors.offers import BY_SIX, READY_BY, TODAY, TOMORROW, WITHIN_MINUTES, currency_of, ready_by
from marketplace.kernel import currencies
from orders import api as orders

_RARE = ("category", "attribute-", "country")  # facets of which few gigs have the same
_MOST_BANDS = 8
_PLACES = range(1, limits.PACKAGES_MAX + 1)
_LEVELS = list(orders.Level)
_IN_TIME = {BY_SIX: 1_440, TODAY: 1_440, TOMORROW: 4_320}  # what an index knows of them: the next longer promise


@dataclass(frozen=True, slots=True)
class Conditions:
    """``chosen``: by facet, labels of which one is needed. ``rest``: what no label says. ``given``: its values."""

    question: str = ""  # PostgreSQL's, or empty
    chosen: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    rest: tuple[str, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    here: tuple[int, ...] = ()  # sellers who are here now
    package: str = ""  # what one package ({price}, {promise}) has to be, where no label says it

    def sql(
        self, *, but: str = "", more: tuple[int, ...] = (), down_to: Tier = Tier.REST, of_few: bool = False
    ) -> tuple[str, dict[str, Any]]:
        """The text after WHERE, and its values.

        ``but``: without this facet's choice; ``more``: one of these labels; ``down_to``: no tier below it; ``of_few``:
        no more than a few thousand are left, so that to read them is quicker than to look up what most gigs have.
        """
        parts, given = list(self.rest), dict(self.given)
        if down_to != Tier.REST:
            parts.append(f"labels[1] <= {label(Kind.TIER, down_to)}")  # written out: it has an index of its own
        if self.package:
            # Place by place: asking a query over the arrays takes ten times as long.
            each = [self.package.format(price=f"prices[{n}]", promise=f"minutes[{n}]") for n in _PLACES]
            parts.append(f"({' OR '.join(f'({one})' for one in each)})")
        if self.question:
            parts.insert(0, "doc @@ %(question)s::tsquery")
            given["question"] = self.question
        chosen = {key: labels for key, labels in self.chosen.items() if key != but}
        common = [key for key in chosen if of_few and not key.startswith(_RARE)]
        for number, key in enumerate(common):
            parts.append(f"(labels && %(common_{number})s) IS TRUE")  # which no index answers
            given[f"common_{number}"] = list(chosen.pop(key))
        needed = [labels[0] for labels in chosen.values() if len(labels) == 1]
        several = [labels for labels in chosen.values() if len(labels) > 1]
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
    if currency and currency != currencies.default():
        chosen["currency"] = (coded(Kind.CURRENCY, currency),)
    if not currency:
        rest.append("currency = ANY(%(settled)s)")
        given["settled"] = list(currencies.settled())
    elif currency == currencies.default() or query.sort == "price":
        # In the first currency no label: nearly every entry would have it. An index by price begins with the currency.
        rest.append("currency = %(currency)s")
        given["currency"] = currency
    prices = query.low_minor is not None or query.high_minor is not None
    if query.within in WITHIN_MINUTES and not prices:
        chosen["within"] = (label(Kind.WITHIN, WITHIN_MINUTES[query.within]),)
    elif prices or query.within:
        package = _package(query)
        # Where words are asked for, to look at each of their gigs is quicker than to look up six bands of prices.
        if not question and (bands := _bands(query)):
            chosen["price"] = bands
        if query.within in READY_BY:
            chosen["within"] = (label(Kind.WITHIN, _IN_TIME[query.within]),)
        given |= _package_values(query, at)
    here = tuple(accounts.online_ids())
    if query.online:
        rest.append("seller_id = ANY(%(online)s)")
        given["online"] = list(here)
    return Conditions(question, chosen, tuple(rest), given, here, package)


def _bands(query: CatalogueQuery) -> tuple[int, ...]:
    """What an index knows of a price range; none for one so wide that most prices are in it."""
    low, high = query.low_minor, query.high_minor
    if low is None or high is None or not 0 <= price_band(high) - price_band(low) < _MOST_BANDS:
        return ()
    return tuple(label(Kind.PRICE, band) for band in range(price_band(low), price_band(high) + 1))


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


_READY_BY = (
    f"{{promise}} <= CASE WHEN hours IS NULL OR {{promise}} >= {limits.ORDER_HOURS_BELOW_MINUTES}"
    " THEN %(minutes_left)s ELSE gigs_open_minutes(hours, %(at)s, %(ready_by)s) END"
)


def _package(query: CatalogueQuery) -> str:
    """That one package answers both price and time."""
    parts = []
    if query.low_minor is not None:
        parts.append("{price} >= %(low)s")
    if query.high_minor is not None:
        parts.append("{price} <= %(high)s")
    if query.within in WITHIN_MINUTES:
        parts.append("{promise} <= %(within)s")
    if query.within in READY_BY:
        parts.append(_READY_BY)
    return " AND ".join(parts)


def _package_values(query: CatalogueQuery, at: datetime) -> dict[str, Any]:
    end = ready_by(query.within, at) if query.within in READY_BY else at
    return {
        "low": query.low_minor,
        "high": query.high_minor,
        "within": WITHIN_MINUTES.get(query.within),
        "at": at,
        "ready_by": end,
        "minutes_left": int((end - at).total_seconds()) // 60,
    }
