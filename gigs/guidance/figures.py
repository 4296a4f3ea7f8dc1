"""Figures as pages and hints read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from gigs.guidance.sizes import SIZES
from gigs.models import Category, GuidanceFigure
from marketplace.kernel import currencies
from marketplace.kernel.money import Money

_COLUMNS = ("size", "orders", "p25_minor", "p50_minor", "p75_minor")
# Figures come along with their gig, as its extras do: no further query on its page.
FIGURE_ROWS = ArraySubquery(
    GuidanceFigure.objects.filter(category=OuterRef("category"), currency=OuterRef("currency")).values(
        row=JSONObject(**{name: name for name in _COLUMNS})
    )
)


@dataclass(frozen=True, slots=True)
class Usual:
    """What sellers ask for one piece of a size, before fees; the quartiles are None while there are too few orders."""

    size: int
    orders: int
    low: Money | None = None
    middle: Money | None = None
    high: Money | None = None

    @property
    def size_text(self) -> str:
        return str(SIZES[self.size])

    def standing_of(self, price: Money) -> str:
        """Where a price is: "below" the quarter of the cheapest, "above" that of the dearest, or "within"."""
        if self.low is None or self.high is None:
            return ""
        return "below" if price < self.low else "above" if price > self.high else "within"


def usual_by_size(rows: Iterable[Mapping[str, Any]], currency: str) -> dict[int, Usual]:
    return {row["size"]: _usual(row, currency) for row in rows}


def figures_of(category_id: int, currency: str) -> dict[int, Usual]:
    """By size; sizes of which nothing was completed are left out. One query."""
    rows = GuidanceFigure.objects.filter(category_id=category_id, currency=currency).values(*_COLUMNS)
    return usual_by_size(rows, currency)


def _nearest_usual(category: Category) -> Category:
    """The category itself or the nearest above it of which the operator has said what is usual."""
    while not category.usual_high_minor and category.parent:
        category = category.parent
    return category


def operators_range(category: Category, currency: str) -> tuple[Money, Money] | None:
    """What the operator says first packages cost, before fees; it is kept in euro cents. None where nothing is said."""
    usual = _nearest_usual(category)
    low, high = (currencies.sized(end, currency) for end in (usual.usual_low_minor, usual.usual_high_minor))
    return (Money(low or 0, currency), Money(high, currency)) if high else None


def _usual(row: Mapping[str, Any], currency: str) -> Usual:
    quartiles = [row["p25_minor"], row["p50_minor"], row["p75_minor"]]
    if None in quartiles:
        return Usual(row["size"], row["orders"])
    return Usual(row["size"], row["orders"], *(Money(minor, currency) for minor in quartiles))
