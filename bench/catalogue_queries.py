"""What people ask of the catalogue: classes of words from one rare to two that most gigs have, narrowed or not."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bench.catalogue_words import Craft, Words
from gigs.contracts import CatalogueQuery

COUNT = 200


@dataclass(frozen=True, slots=True)
class Asked:
    kind: str
    query: CatalogueQuery


# Words of a class, and how many of a hundred queries are of it.
_KINDS: dict[str, tuple[int, Callable[[Words, Craft, random.Random], str]]] = {
    "topic": (18, lambda words, craft, rnd: rnd.choice(craft.words[:5])),
    "two topics": (20, lambda words, craft, rnd: " ".join(rnd.sample(craft.words[:6], 2))),
    "usual": (14, lambda words, craft, rnd: words.general[rnd.randint(100, 3_000)]),
    "common": (9, lambda words, craft, rnd: " ".join(rnd.sample(words.general[:10], rnd.choice((1, 2))))),
    "mixed": (12, lambda words, craft, rnd: f"{rnd.choice(craft.words[:5])} {words.general[rnd.randint(0, 60)]}"),
    "rare": (9, lambda words, craft, rnd: words.general[rnd.randint(9_000, 19_999)]),
    "pair": (8, lambda words, craft, rnd: f"{words.general[rnd.randint(100, 1_000)]} {_usual(words, rnd)}"),
    "phrase or minus": (4, lambda words, craft, rnd: _with_signs(words, craft, rnd)),
    "no words": (6, lambda words, craft, rnd: ""),
}
_PLAIN = {"usual", "rare", "pair"}  # asked everywhere
_PRICES = ((None, None), (None, None), (1_000, 5_000), (500, 2_000))


def queries(words: Words, count: int = COUNT) -> list[Asked]:
    """The same in every run."""
    rnd = random.Random(5)
    kinds = rnd.choices(list(_KINDS), weights=[share for share, _ in _KINDS.values()], k=count)
    return [Asked(kind, _query(kind, words, rnd)) for kind in kinds]


def plain(words: Words, count: int) -> list[str]:
    """Words alone, of every class."""
    return [asked.query.text for asked in queries(words, 2 * count) if asked.query.text][:count]


def _query(kind: str, words: Words, rnd: random.Random) -> CatalogueQuery:
    craft = words.craft(rnd)
    low, high = rnd.choice(_PRICES)
    query = CatalogueQuery(text=_KINDS[kind][1](words, craft, rnd), low_minor=low, high_minor=high)
    if kind == "no words" or (kind not in _PLAIN and rnd.random() < 0.4):
        query = replace(query, category=rnd.choice((craft.slug, craft.parent)))
    return replace(query, **_facets(rnd, query)) if rnd.random() < 0.3 else query


def _facets(rnd: random.Random, query: CatalogueQuery) -> dict[str, Any]:
    """One or two that are chosen."""
    choices: list[dict[str, Any]] = [
        {"rating": rnd.choice((40, 45))},
        {"levels": (rnd.choice(("rising", "proven", "top")),)},
        {"languages": (rnd.choice(("en", "de")),)},
        {"countries": tuple(rnd.sample(("us", "gb", "in", "de"), rnd.choice((1, 2))))},
        {"ai_use": "none"},
        {"within": rnd.choice(("2h", "24h", "3d"))},
    ]
    if query.category:
        choices.append({"attributes": (rnd.choice(("format:pdf", "style:warm", "tool:figma")),)})
    return {name: value for chosen in rnd.sample(choices, rnd.choice((1, 2))) for name, value in chosen.items()}


def _usual(words: Words, rnd: random.Random) -> str:
    return words.general[rnd.randint(1_000, 4_000)]


def _with_signs(words: Words, craft: Craft, rnd: random.Random) -> str:
    one, two = rnd.sample(craft.words[:4], 2)
    return rnd.choice((f'"{one} {two}"', f"{one} -{two}", f"{one} or {two}"))
