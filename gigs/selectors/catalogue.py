"""Finding gigs: the door to the search for pages and programs. The number of queries does not depend on the data."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from gigs.contracts import CatalogueQuery, GigCard, Results
from gigs.search import asked, facets, ranked, statement, words
from gigs.search.conditions import Conditions, conditions_of
from gigs.search.statement import CAP, PLAIN, Found, TooBroad
from gigs.selectors import cursor
from gigs.selectors.cards import Shown, cards_of, shown
from gigs.selectors.offers import READY_BY, WITHIN_MINUTES
from gigs.services.content import clean_text

logger = logging.getLogger(__name__)

PAGE = 24
TEXT_MAX = 200
WITHIN = (*list(WITHIN_MINUTES)[:1], *READY_BY, *list(WITHIN_MINUTES)[1:])
SORTS = ("match", *PLAIN)


def plain_words(text: str) -> str:
    """What somebody typed, without control characters, on one line, bounded."""
    return " ".join(clean_text(text[: 4 * TEXT_MAX]).split())[:TEXT_MAX]


def effective_sort(query: CatalogueQuery) -> str:
    return query.sort if query.sort in SORTS else "match"


def search(query: CatalogueQuery, at: datetime, *, size: int = PAGE) -> Results:
    """One page of gigs. Where nothing has the words: what has them as they may have been meant (``corrected``), or what
    has some of them (``loosened``).
    """
    question = asked.ask(query.text)
    wanted = conditions_of(query, question.all_of, at)
    place = ranked.place_of(query.cursor, at)
    new = ranked.new_wanted(place, size)
    found, narrowed = _found(wanted, place.slot, new)
    corrected, loosened = "", False
    if not found.count and question.all_of:
        wanted, found, corrected, loosened = _second_try(query, question, at, place.slot, new)
    counts = facets.counted(query, wanted, found)
    rows, following, narrow_page = _page(query, wanted, found, place, at, size)
    is_short = not (following or query.cursor or corrected or loosened)
    near = _near(query, question, rows, at, size) if is_short and effective_sort(query) == "match" else []
    return Results(
        load=lambda: cards_of([*rows, *near], query),
        shown=rows,
        near=near,
        count=found.count,
        next_cursor=following,
        sort=effective_sort(query),
        by_category=facets.by_category(found.counts),
        facets=facets.of(query, counts),
        here=found.here,
        corrected=corrected if rows else "",
        loosened=loosened and bool(rows),
        says_nothing=bool(query.text) and not question.any_of,
        narrowed=narrowed or narrow_page,
        capped_at=CAP,
    )


def cards(query: CatalogueQuery, at: datetime, *, size: int) -> list[GigCard]:
    """The first cards of a search without its counts."""
    wanted = conditions_of(query, asked.ask(query.text).all_of, at)
    slot = ranked.slot_at(at)
    start = ranked.Place(slot)
    is_match = effective_sort(query) == "match"
    found = _found(wanted, slot, ranked.new_wanted(start, size))[0] if is_match else Found()
    return cards_of(_page(query, wanted, found, start, at, size)[0], query)


def count(query: CatalogueQuery, at: datetime) -> int:
    """How many gigs match, at most CAP."""
    return _found(conditions_of(query, asked.ask(query.text).all_of, at), ranked.slot_at(at), 0)[0].count


def _found(wanted: Conditions, slot: int, new: int) -> tuple[Found, bool]:
    """And whether the whole would have taken too long. ``new``: so many of new sellers."""
    try:
        return statement.find(wanted, slot, new), False
    except TooBroad:
        logger.warning("a search took too long, and looked at the best standing alone")
    try:
        return statement.find_narrowly(wanted, slot, new), True
    except TooBroad:
        return Found(), True


def _second_try(
    query: CatalogueQuery, question: asked.Asked, at: datetime, slot: int, new: int
) -> tuple[Conditions, Found, str, bool]:
    meant = words.corrected(query.text)
    if meant != query.text:
        wanted = conditions_of(query, asked.ask(meant).all_of, at)
        found, _narrowed = _found(wanted, slot, new)
        if found.count:
            return wanted, found, meant, False
    wanted = conditions_of(query, question.any_of, at)
    return wanted, _found(wanted, slot, new)[0], "", True


def _near(query: CatalogueQuery, question: asked.Asked, rows: Sequence[Shown], at: datetime, size: int) -> list[Shown]:
    """What fills up a short page: gigs with some of the words, best match first."""
    if len(rows) >= size or question.any_of in ("", question.all_of):
        return []
    slot = ranked.slot_at(at)
    found = _found(conditions_of(query, question.any_of, at), slot, 0)[0]
    known = {row.id for row in rows}
    scored = sorted(((one.factors.score, one.id) for one in found.candidates if one.id not in known), reverse=True)
    return shown([pk for _score, pk in scored[: size - len(rows)]], query, at, fastest=False)


def _page(
    query: CatalogueQuery, wanted: Conditions, found: Found, place: ranked.Place, at: datetime, size: int
) -> tuple[list[Shown], str, bool]:
    """What a page shows, the cursor of the next one, and whether the database was not done in time."""
    name = effective_sort(query)
    try:
        if name == "match":
            result = ranked.page(wanted, found, place, size)
            rows = shown(result.ids, query, at, fastest=False, new=result.new)
            return rows, result.next.encoded() if result.next else "", False
        start = cursor.decode(query.cursor, name, PLAIN[name].kinds)
        keys = statement.page(wanted, name, start, size + 1)
    except TooBroad:
        best = [one.id for one in sorted(found.candidates, key=lambda one: -one.standing)[:size]]
        return shown(best, query, at, fastest=name == "fastest"), "", True
    ids = [key[-1] for key in keys[:size]]
    rows = shown(ids, query, at, fastest=name == "fastest")
    return rows, cursor.encode(name, list(keys[size - 1])) if len(keys) > size else "", False
