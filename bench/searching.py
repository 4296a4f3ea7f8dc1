"""The search by itself, in the database: first pages with their facets, suggestions, and pages far down.

What is timed is the product's own ``catalogue.search``: every statement of a first page, from its counts to what its
cards show of the question.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bench import catalogue_data, database, timing
from bench.catalogue_queries import Asked, plain, queries
from bench.goals import Goal, at_least, at_most, median
from gigs import ranking
from gigs.contracts import CatalogueQuery
from gigs.search import asked, statement, tiers, words
from gigs.search.conditions import conditions_of
from gigs.search.statement import Candidate
from gigs.selectors import catalogue
from marketplace.kernel import clock

LARGE = 1_000_000
_SUGGESTED = 300
_DEEP, _READS = 1_000, 60

# Every match, in the order of the formula; the score itself is then made by the formula's own code.
_EXACT = """
WITH found AS (
    SELECT gig_id, standing, price_fit, is_open, {rank} AS rank FROM gigs_searchentry WHERE {where}
)
SELECT gig_id, standing, price_fit, is_open, rank FROM found
ORDER BY {match} * (0.5 + standing / 1000.0) * price_fit * CASE WHEN is_open THEN 1 ELSE 0.5 END DESC, gig_id DESC
LIMIT %(most)s
"""


def search(size: int) -> Iterator[Goal]:
    """p50, p95 and the share of the exact page that is kept."""
    asked_for, at = queries(catalogue_data.words()), clock.now()
    if size > tiers.SMALL:  # below, to read all is the best plan
        whole = [table for one in asked_for if (table := _read_whole(one.query, at))]
        for told in whole:
            print(f"    reads all of a table: {told}")
        yield at_most(f"search among {size:,}: queries that read a whole table", 0, len(whole), "")
    _all(asked_for, at)  # once, to warm the caches
    taken = _all(asked_for, at)
    for kind in sorted({one.kind for one in asked_for}):
        own = [ms for one, ms in zip(asked_for, taken, strict=True) if one.kind == kind]
        print(f"  {kind:<16} {len(own):>3}   {timing.spread(own)}")
    print(f"  {'all':<16} {len(taken):>3}   {timing.spread(taken)}")
    kept = overlap(asked_for, at)
    median_most, tail_most = (15, 60) if size >= LARGE else (None, 15)
    if median_most:
        yield at_most(f"search among {size:,}: p50", median_most, timing.percentile(taken, 50), "ms")
    yield at_most(f"search among {size:,}: p95", tail_most, timing.percentile(taken, 95), "ms")
    yield at_least(f"search among {size:,}: of the exact page", 0.8, kept, "kept")


def _all(asked_for: Sequence[Asked], at: datetime) -> list[float]:
    return [timing.milliseconds(catalogue.search, one.query, at) for one in asked_for]


def overlap(asked_for: Sequence[Asked], at: datetime) -> float:
    """How much of the page by the formula over all matches is on the first page; new sellers' places left out."""
    shares = []
    for one in asked_for:
        page = catalogue.search(one.query, at)
        if page.corrected or page.loosened or not page.shown:
            continue
        by_score = [row.id for row in page.shown if not row.is_new_place]
        new = {row.id for row in page.shown if row.is_new_place}
        wanted = [pk for pk in exact(one.query, at) if pk not in new][: len(by_score)]
        shares.append(len(set(by_score) & set(wanted)) / len(wanted))
    return sum(shares) / len(shares)


def exact(query: CatalogueQuery, at: datetime, most: int = 100) -> list[int]:
    """Ids by the whole formula over every match, the best first."""
    question = asked.ask(query.text).all_of
    where, given = conditions_of(query, question, at).sql()
    rank = f"ts_rank({statement._WEIGHTS}, doc, %(question)s::tsquery)" if question else "0"
    match = f"rank / (rank + {ranking.MATCH_HALF})" if question else "1"
    rows = database.run(_EXACT.format(where=where, rank=rank, match=match), {**given, "most": most})
    has_words = bool(question)
    made = [Candidate(pk, standing, fit, is_open, rank, has_words) for pk, standing, fit, is_open, rank in rows]
    return [one.id for one in sorted(made, key=lambda one: (one.factors.score, one.id), reverse=True)]


def _read_whole(query: CatalogueQuery, at: datetime) -> str:
    """What is asked, and the tables of which one of its statements reads every row; empty where none does."""
    statements = timing.settled_statements(catalogue.search, query, at)
    plans = [timing.plan(text, given, analyze=False) for text, given in statements]
    tables = set().union(*map(timing.read_whole, plans))
    return f"{_told(query)}: {', '.join(sorted(tables))}" if tables else ""


def _told(query: CatalogueQuery) -> str:
    plain_query = CatalogueQuery()
    names = [name for name in CatalogueQuery.__slots__ if getattr(query, name) != getattr(plain_query, name)]
    return ", ".join(f"{name} {getattr(query, name)!r}" for name in names)


def suggest(size: int) -> Iterator[Goal]:
    """As one types, and words that are misspelt."""
    rnd = random.Random(9)
    meant = plain(catalogue_data.words(), _SUGGESTED)
    typed = [text[: rnd.randint(2, len(text))] for text in meant]
    wrong = [_misspelt(text, rnd) for text in meant]
    for what, work, texts in (
        ("suggestions", words.suggestions, typed + wrong),
        ("typo correction", words.corrected, wrong),
    ):
        for _warm in range(2):
            taken = [timing.milliseconds(work, text) for text in texts]
        print(f"  {what:<16} {len(taken):>3}   {timing.spread(taken)}")
        yield at_most(f"{what} at {size:,}: p95", 30, timing.percentile(taken, 95), "ms")
    right = sum(words.corrected(bad) == good for bad, good in zip(wrong, meant, strict=True))
    print(f"  {right} of {len(wrong)} misspelt queries are corrected to what was meant (no goal)")
    known = database.run("SELECT (SELECT count(*) FROM gigs_searchword), (SELECT count(*) FROM gigs_searchphrase)")[0]
    print(f"  {known[0]:,} words and {known[1]:,} phrases are known")


def _misspelt(text: str, rnd: random.Random) -> str:
    """One letter dropped, doubled or swapped with the next in the longest word."""
    longest = max(text.replace('"', "").split(), key=len)
    place = rnd.randrange(1, max(2, len(longest) - 1))
    one, rest = longest[place], longest[place + 1 :]
    swapped = f"{rest[:1]}{one}{rest[1:]}"
    return text.replace(longest, longest[:place] + rnd.choice((rest, one + one + rest, swapped)), 1)


def deep(size: int) -> Iterator[Goal]:
    """Page 1,000 against page 1, each read in turn."""
    names = catalogue_data.words()
    largest = names.largest().parent
    for what, query in (
        ("a broad word", CatalogueQuery(text=names.general[0])),
        ("a category without words", CatalogueQuery(category=largest)),
    ):
        at = clock.now()
        began, (page, there) = time.monotonic(), _walked(query, at)
        print(f"  {what}: walked to page {page:,} in {time.monotonic() - began:.0f} s")
        first, last = [], []
        for _ in range(_READS):
            first.append(timing.milliseconds(catalogue.search, query, at))
            last.append(timing.milliseconds(catalogue.search, there, at))
        print(f"    page 1      {timing.spread(first)}\n    page {page:,}  {timing.spread(last)}")
        yield at_most(f"page {page:,} of {what} against page 1", 1.2, median(last) / median(first), "x")


def _walked(query: CatalogueQuery, at: datetime) -> tuple[int, CatalogueQuery]:
    """From page to page as a reader goes, to the last of them if there are fewer than ``_DEEP``."""
    seen: set[int] = set()
    for number in range(1, _DEEP):
        page = catalogue.search(query, at)
        ids = {row.id for row in page.shown}
        if again := seen & ids:
            raise AssertionError(f"page {number} shows {again} again")
        if not page.next_cursor:
            return number, query
        seen |= ids
        query = replace(query, cursor=page.next_cursor)
    return _DEEP, query
