"""Finding gigs: filters, plain sorts, pages by key. The number of queries does not depend on the data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Count, F, IntegerField, Q, Value
from django.db.models.functions import Cast

from gigs.contracts import CatalogueQuery, GigCard, Results
from gigs.models import Gig
from gigs.models.gig import GigQuerySet
from gigs.selectors import cursor
from gigs.selectors.cards import cards_of
from gigs.selectors.offers import TODAY, WITHIN_MINUTES, annotate_offer, with_offers
from gigs.services.content import clean_text

PAGE = 24
CAP = 1000
TEXT_MAX = 200
CONFIG = "english"
WITHIN = (*list(WITHIN_MINUTES)[:1], TODAY, *list(WITHIN_MINUTES)[1:])


@dataclass(frozen=True)
class Sort:
    """Columns from most to least important; a minus means descending; the last is the unique id."""

    columns: tuple[str, ...]
    kinds: tuple[type, ...]


SORTS: Mapping[str, Sort] = {
    "match": Sort(("-rank", "-rating_hundredths", "-pk"), (int, int, int)),
    "rating": Sort(("-rating_hundredths", "-review_count", "-pk"), (int, int, int)),
    "price": Sort(("offer_price", "pk"), (int, int)),
    "fastest": Sort(("offer_minutes", "-rating_hundredths", "-review_count", "pk"), (int, int, int, int)),
    "newest": Sort(("-published_at", "-pk"), (datetime, int)),
}


def plain_words(text: str) -> str:
    """What somebody typed, without control characters, on one line, bounded."""
    return " ".join(clean_text(text[: 4 * TEXT_MAX]).split())[:TEXT_MAX]


def effective_sort(query: CatalogueQuery) -> str:
    """The sort that applies: best match needs words to match."""
    if query.sort in SORTS and (query.sort != "match" or query.text):
        return query.sort
    return "match" if query.text else "rating"


def search(query: CatalogueQuery, at: datetime, *, size: int = PAGE) -> Results:
    """One page of active gigs. Where nothing has all the words, those with some of them (``loosened``)."""
    words = SearchQuery(query.text, search_type="websearch", config=CONFIG) if query.text else None
    counts = _count_by_category(_matching(query, words, at))
    loosened = False
    if words is not None and not _count(counts, query):
        words, loosened = _any_word(query.text), True
        counts = _count_by_category(_matching(query, words, at))
    page, next_cursor = _page(query, words, at, size)
    return Results(
        cards=cards_of(page, at, query),
        count=min(_count(counts, query), CAP),
        next_cursor=next_cursor,
        sort=effective_sort(query),
        by_category=counts,
        loosened=loosened and bool(page),
        capped_at=CAP,
    )


def cards(query: CatalogueQuery, at: datetime, *, size: int) -> list[GigCard]:
    """The first cards of a search without its counts: three queries."""
    words = SearchQuery(query.text, search_type="websearch", config=CONFIG) if query.text else None
    page, _next = _page(query, words, at, size)
    return cards_of(page, at, query)


def count(query: CatalogueQuery, at: datetime) -> int:
    """How many gigs match, at most CAP. One query."""
    return _in_category(_matching(query, None, at), query).order_by()[:CAP].count()


def _matching(query: CatalogueQuery, words: SearchQuery | None, at: datetime) -> GigQuerySet:
    gigs = with_offers(Gig.objects.active(), query, at)
    return gigs.filter(search=words) if words is not None else gigs


def _in_category(gigs: GigQuerySet, query: CatalogueQuery) -> GigQuerySet:
    return gigs.filter(category__slug=query.category) if query.category else gigs


def _count_by_category(gigs: GigQuerySet) -> dict[str, int]:
    rows = gigs.order_by().values_list("category__slug").annotate(number=Count("pk"))
    return dict(rows)


def _count(counts: Mapping[str, int], query: CatalogueQuery) -> int:
    return counts.get(query.category, 0) if query.category else sum(counts.values())


def _any_word(text: str) -> SearchQuery:
    words = re.findall(r"[^\W_]+", text)[:12]
    return SearchQuery(" or ".join(words), search_type="websearch", config=CONFIG)


def _page(query: CatalogueQuery, words: SearchQuery | None, at: datetime, size: int) -> tuple[list[Gig], str]:
    name = effective_sort(query)
    sort = SORTS[name]
    gigs = annotate_offer(_in_category(_matching(query, words, at), query), query, at, fastest=name == "fastest")
    gigs = gigs.annotate(rank=_rank(words))
    start = cursor.decode(query.cursor, name, sort.kinds)
    if start is not None:
        gigs = gigs.filter(_after(sort.columns, start))
    found = list(gigs.select_related("category").defer("search", "description").order_by(*sort.columns)[: size + 1])
    page = found[:size]
    return page, cursor.encode(name, _key(page[-1], sort)) if len(found) > size else ""


def _rank(words: SearchQuery | None) -> Any:
    """ts_rank in millionths: a whole number, so that a page's end can be written down exactly."""
    if words is None:
        return Value(0, output_field=IntegerField())
    return Cast(SearchRank(F("search"), words) * 1_000_000, IntegerField())


def _key(gig: Gig, sort: Sort) -> list[cursor.Value]:
    return [getattr(gig, column.lstrip("-")) for column in sort.columns]


def _after(columns: tuple[str, ...], values: list[cursor.Value]) -> Q:
    """Rows behind this one: the first column decides, on a tie the next."""
    result, same = Q(), Q()
    for column, value in zip(columns, values, strict=True):
        name = column.lstrip("-")
        result |= same & Q(**{f"{name}__{'lt' if column.startswith('-') else 'gt'}": value})
        same &= Q(**{name: value})
    return result


def without_page(query: CatalogueQuery) -> CatalogueQuery:
    return replace(query, cursor="")
