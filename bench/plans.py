"""What the database does for each kind of statement that a search makes: plans as they ran, each kind once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from bench import catalogue_data, timing
from bench.catalogue_words import Words
from bench.goals import Goal, at_most
from gigs.contracts import CatalogueQuery
from gigs.search import statement, tiers, words
from gigs.search.conditions import Conditions
from gigs.search.labels import Tier
from gigs.selectors import catalogue
from marketplace.kernel import clock

_WIDTH = 118
_NUMBERS = re.compile(r"\d+")
_CONDITIONS = ("Index Cond", "TID Cond", "Filter", "One-Time Filter", "Sort Key", "Group Key")
_NAMES = ("Index Name", "Relation Name", "CTE Name")
Case = tuple[str, Callable[[], object]]


def tell(size: int) -> Iterator[Goal]:
    """Prints them as docs/benchmarks.md keeps them; none may read a whole table."""
    told: set[str] = set()
    whole: set[str] = set()
    for title, work in _cases(catalogue_data.words(), clock.now()):
        for text, given in timing.settled_statements(work):
            if (shape := _NUMBERS.sub("", text)) not in told:
                told.add(shape)
                whole |= timing.read_whole(timing.plan(text, given, analyze=False))
                print(f"{title}, among {size:,}:\n\n```\n{compact(text, given)}\n```\n")
    if size > tiers.SMALL:  # below, to read all is the best plan
        yield at_most(f"tables that some kind of statement reads whole among {size:,}", 0, len(whole), "")


def _cases(known: Words, at: datetime) -> Iterator[Case]:
    general, craft = known.general, known.largest()
    yield "Far down", lambda: statement.deep_page(Conditions(), Tier.SECOND, (500, 10**9), catalogue.PAGE)
    yield "What was meant", lambda: words.nearest(["softwrae"])
    yield "What may be typed", lambda: words.suggestions(general[0][:3])
    queries = {
        "A word that two thirds have": CatalogueQuery(text=general[0]),
        "A usual word, a category, a price range": CatalogueQuery(
            text=general[200], category=craft.parent, low_minor=1_000, high_minor=5_000
        ),
        "A rare word": CatalogueQuery(text=general[12_000]),
        "Chosen facets": CatalogueQuery(text=general[40], languages=("de",), levels=("proven",)),
        "No words, a category, a price range": CatalogueQuery(category=craft.slug, low_minor=1_000, high_minor=5_000),
        **{f"Sorted by {name}": CatalogueQuery(text=general[40], sort=name) for name in statement.PLAIN},
    }
    for title, query in queries.items():
        yield title, lambda query=query: catalogue.search(query, at)  # type: ignore[misc]


def compact(text: str, given: Any) -> str:
    """A line for each step that was needed: its name, milliseconds with those below it, rows, and its condition."""
    return "\n".join(_lines(timing.plan_tree(text, given), 0))


def _lines(step: dict[str, Any], depth: int) -> Iterator[str]:
    if not step["Actual Loops"]:
        return
    name = " ".join(filter(None, (step["Node Type"], next((step[key] for key in _NAMES if key in step), ""))))
    took, rows = step["Actual Total Time"] * step["Actual Loops"], step["Actual Rows"] * step["Actual Loops"]
    line = f"{'  ' * depth}{name}: {took:.2f} ms, {rows:,} rows{_condition(step)}"
    yield line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"
    for below in step.get("Plans", ()):
        yield from _lines(below, depth + 1)


def _condition(step: dict[str, Any]) -> str:
    found = next((step[key] for key in _CONDITIONS if key in step), "")
    text = ", ".join(found) if isinstance(found, Sequence) and not isinstance(found, str) else found
    return f"  {text.replace('::integer[]', '').replace('::tsquery', '')}" if text else ""
