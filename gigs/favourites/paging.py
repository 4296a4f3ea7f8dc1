"""How the things in a list are put in order, and cut into pages by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gigs.models import SavedItem
from gigs.selectors import cursor
from marketplace.kernel import currencies
from marketplace.kernel.money import LARGEST_MINOR

PAGE = 24


@dataclass(frozen=True)
class Sort:
    """Columns from most to least important; a minus means descending; the last is the unique id."""

    name: str | Promise
    columns: tuple[str, ...]
    kinds: tuple[type, ...]


SORTS: Mapping[str, Sort] = {
    "newest": Sort(_("Saved last"), ("-saved_at", "-pk"), (datetime, int)),
    "oldest": Sort(_("Saved first"), ("saved_at", "pk"), (datetime, int)),
    # Prices of two currencies are not compared: those of the site's first currency come first.
    "price": Sort(_("Lowest price"), ("currency_rank", "price_now", "pk"), (int, int, int)),
}
SORTS_OF_SELLERS = ("newest", "oldest")


def page(rows: QuerySet[SavedItem], sort: str, after: str) -> tuple[list[SavedItem], str]:
    """The rows of one page, and where the next begins (empty: nowhere)."""
    order = SORTS[sort]
    if sort == "price":
        rows = rows.annotate(currency_rank=_currency_rank(), price_now=_price_now())
    start = cursor.decode(after, sort, order.kinds)
    if start is not None:
        rows = rows.filter(_behind(order.columns, start))
    found = list(rows.order_by(*order.columns)[: PAGE + 1])
    if len(found) <= PAGE:
        return found, ""
    last = found[PAGE - 1]
    return found[:PAGE], cursor.encode(sort, [getattr(last, column.lstrip("-")) for column in order.columns])


def _behind(columns: tuple[str, ...], values: list[cursor.Value]) -> Q:
    """Rows after this one: the first column decides, on a tie the next."""
    result, same = Q(), Q()
    for column, value in zip(columns, values, strict=True):
        name = column.lstrip("-")
        result |= same & Q(**{f"{name}__{'lt' if column.startswith('-') else 'gt'}": value})
        same &= Q(**{name: value})
    return result


def _currency_rank() -> Case:
    known = [When(gig__currency=code, then=Value(rank)) for rank, code in enumerate(currencies.settled())]
    return Case(*known, default=Value(len(known)), output_field=IntegerField())


def _price_now() -> Coalesce:
    return Coalesce(F("gig__from_all_in_minor"), Value(2 * LARGEST_MINOR))
