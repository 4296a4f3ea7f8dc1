"""Searches with few good gigs: worked out twice a day, read by "In demand".

A good gig has all words of the search, takes orders, and has a standing of at least ``GOOD_STANDING``; a search is in
demand where at most ``FEW_GIGS`` do. What comes first has most visitors for each good gig: visitors / (good gigs + 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction
from django.db.models import F, Sum, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from gigs.models import Category, SearchDay, SearchDemand
from gigs.search import asked
from gigs.search.labels import Kind, label

DAYS = 30
GOOD_STANDING = 650  # thousandths; a new seller's gig begins above it, and falls below it without orders
FEW_GIGS = 5
_COUNTED_TO = 50  # good gigs
_MOST = 1_000  # searches, the most wanted
_SHOWN = 8  # of a category
_LOOKED_AT = 300  # gigs, for the category of a search

_GOOD = """
SELECT count(*) FROM (
    SELECT FROM gigs_searchentry
    WHERE doc @@ %(question)s::tsquery AND labels @> %(labels)s::int[] AND is_open AND standing >= %(standing)s
    LIMIT %(most)s
) good
"""
_CATEGORY = """
SELECT gig.category_id FROM (
    SELECT gig_id FROM gigs_searchentry WHERE doc @@ %(question)s::tsquery LIMIT %(most)s
) entry JOIN gigs_gig gig ON gig.id = entry.gig_id
GROUP BY gig.category_id ORDER BY count(*) DESC, gig.category_id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search in demand, with the address at which a gig for it begins."""

    words: str
    visitors: int
    good_gigs: int
    category: str  # its name, or empty
    start_url: str
    search_url: str


@dataclass(frozen=True, slots=True)
class Group:
    """A root of the categories; ``name`` is empty where no gig has any of the words."""

    name: str
    rows: Sequence[Wanted]


def work_out(at: datetime) -> int:
    """Replaces all of it; returns how many searches there are."""
    since = at.astimezone(UTC).date() - timedelta(days=DAYS)
    sums = SearchDay.objects.filter(day__gte=since).order_by().values_list("words", "category_id")
    found = list(sums.annotate(sum=Sum("visitors")).order_by("-sum", "words", "category_id")[:_MOST])
    rows: dict[tuple[str, int | None], SearchDemand] = {}
    for words, chosen_id, visitors in found:
        question = asked.ask(words)
        if not question.all_of:
            continue  # only words that say nothing
        category_id = chosen_id or _category_of(question)
        row = rows.setdefault((words, category_id), SearchDemand(words=words, category_id=category_id, visitors=0))
        row.visitors += visitors
        row.good_gigs = _good_gigs(question, category_id)
        row.score = 100 * row.visitors // (row.good_gigs + 1)
    with transaction.atomic():
        SearchDemand.objects.all().delete()
        there = set(Category.objects.select_for_update(no_key=True).values_list("pk", flat=True))
        SearchDemand.objects.bulk_create([row for row in rows.values() if row.category_id in {None, *there}])
    return len(rows)


def _good_gigs(question: asked.Asked, category_id: int | None) -> int:
    labels = [label(Kind.CATEGORY, category_id)] if category_id else []
    given: dict[str, Any] = {
        "question": question.all_of,
        "labels": labels,
        "standing": GOOD_STANDING,
        "most": _COUNTED_TO,
    }
    with connection.cursor() as cursor:
        cursor.execute(_GOOD, given)
        return int(cursor.fetchone()[0])


def _category_of(question: asked.Asked) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_CATEGORY, {"question": question.any_of, "most": _LOOKED_AT})
        row = cursor.fetchone()
        return row[0] if row else None


def in_demand() -> list[Group]:
    """The first of each root category, the most wanted category first. Two queries."""
    root = F("category__path__0")
    place = Window(RowNumber(), partition_by=[root], order_by=[F("score").desc(), F("words").asc()])
    few = SearchDemand.objects.filter(good_gigs__lte=FEW_GIGS).annotate(root=root, place=place)
    rows = few.filter(place__lte=_SHOWN).order_by("-score", "words").select_related("category")
    by_root: dict[int | None, list[Wanted]] = {}
    for row in rows:
        by_root.setdefault(row.root, []).append(_wanted(row))
    names = {one.pk: one.label for one in Category.objects.filter(pk__in=[pk for pk in by_root if pk])}
    known = [Group(names[pk], found) for pk, found in by_root.items() if pk in names]
    return known + [Group("", found) for pk, found in by_root.items() if pk is None]


def _wanted(row: SearchDemand) -> Wanted:
    slug = row.category.slug if row.category else ""
    searched = {"q": row.words} | ({"category": slug} if slug else {})
    return Wanted(
        words=row.words,
        visitors=row.visitors,
        good_gigs=row.good_gigs,
        category=row.category.label if row.category else "",
        start_url=start_url(row.words, slug),
        search_url=f"{reverse('gigs:search')}?{urlencode(searched)}",
    )


def start_url(words: str, slug: str) -> str:
    """Where a gig begins, its category chosen and its title begun."""
    given = {"starter": "none", "category": slug, "title": words[:1].upper() + words[1:]}
    return f"{reverse('gigs:new')}?{urlencode(given)}"
