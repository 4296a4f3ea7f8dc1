"""What somebody typed, as PostgreSQL's own question: words, "phrases", -without, and "or" between words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from gigs.search import words

_TOKEN = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
MOST_TERMS = 16


@dataclass(frozen=True, slots=True)
class Term:
    """Words of which one has to be there (or, excluded, none). Each is a phrase if it has several words."""

    ways: tuple[str, ...]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """``all_of``: PostgreSQL's question as text; empty where only words are left that say nothing."""

    all_of: str = ""
    any_of: str = ""  # one of the terms is enough


def terms_of(text: str, same: Mapping[str, Sequence[str]] | None = None) -> tuple[Term, ...]:
    """Terms in their order, with what means the same; nothing that somebody types is an error."""
    found: list[Term] = []
    joins = False
    for minus, phrase, word in _TOKEN.findall(text)[: 2 * MOST_TERMS]:
        plain = (phrase or word).strip()
        if plain.lower() in {"or", "|"} and not minus and not phrase:
            joins = bool(found)
            continue
        if not re.search(r"\w", plain):
            continue
        ways = tuple((same or {}).get(plain.lower(), ())) or (plain,)
        term = Term(ways, is_excluded=bool(minus))
        if joins and not term.is_excluded and not found[-1].is_excluded:
            found[-1] = Term(found[-1].ways + term.ways)
        else:
            found.append(term)
        joins = False
    return tuple(found[:MOST_TERMS])


def ask(text: str) -> Asked:
    """One query where it was not asked before in this process."""
    terms = terms_of(text, words.synonyms())
    return _asked(terms, words.configs()) if terms else Asked()


@lru_cache(maxsize=2_000)
def _asked(terms: tuple[Term, ...], configs: tuple[str, ...]) -> Asked:
    wanted = [term for term in terms if not term.is_excluded]
    every, every_given = _joined(" && ", terms, configs)
    some, some_given = _joined(" || ", wanted, configs) if wanted else ("''::tsquery", [])
    with connection.cursor() as cursor:
        # Without a word that says something, leaving words out says nothing either.
        cursor.execute(
            f"SELECT CASE WHEN numnode({some}) > 0 OR {not wanted} THEN ({every})::text ELSE '' END, ({some})::text",
            [*some_given, *every_given, *some_given],
        )
        return Asked(*cursor.fetchone())


def _joined(join: str, terms: Iterable[Term], configs: Sequence[str]) -> tuple[str, list[str]]:
    given: list[str] = []
    parts = []
    for term in terms:
        ways = []
        for way in term.ways:
            for config in configs:
                ways.append("phraseto_tsquery(%s::regconfig, unaccent(%s))")
                given += [config, way]
        parts.append(("!!" if term.is_excluded else "") + "(" + " || ".join(ways) + ")")
    return join.join(parts), given
