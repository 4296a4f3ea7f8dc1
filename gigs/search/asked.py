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
    any_of: str = ""  # one of the terms is enough; none that is excluded


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


_READ = """
SELECT phraseto_tsquery(config::regconfig, unaccent(way))::text
FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS given (config, way, place) ORDER BY place
"""


@lru_cache(maxsize=2_000)
def _asked(terms: tuple[Term, ...], configs: tuple[str, ...]) -> Asked:
    given = [(config, way) for term in terms for way in term.ways for config in configs]
    with connection.cursor() as cursor:
        cursor.execute(_READ, [[config for config, _way in given], [way for _config, way in given]])
        read = iter([row[0] for row in cursor.fetchall()])
    # Most words read the same in several languages: named twice, they would cost twice and be taken for more common.
    ways = [{text for _ in range(len(term.ways) * len(configs)) if (text := next(read))} for term in terms]
    wanted = [_one_of(some, term) for term, some in zip(terms, ways, strict=True) if some and not term.is_excluded]
    unwanted = [_one_of(some, term) for term, some in zip(terms, ways, strict=True) if some and term.is_excluded]
    # Without a word that says something, leaving words out says nothing either.
    says = wanted or all(term.is_excluded for term in terms)
    one = wanted if len(wanted) < 2 else [f"( {' | '.join(wanted)} )"]
    return Asked(" & ".join([*wanted, *unwanted]) if says else "", " & ".join([*one, *unwanted]) if wanted else "")


def _one_of(ways: Iterable[str], term: Term) -> str:
    return ("!" if term.is_excluded else "") + "( " + " | ".join(f"( {way} )" for way in sorted(ways)) + " )"
