"""What somebody typed, as PostgreSQL's own question: words, "phrases", -without, and "or" between words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Any

from django.db import connection

from gigs.search import words

_TOKEN = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
MOST_TERMS = 16
_OR = {"or", "|"}
_LONGEST_RUN = 4  # words of a synonym


@dataclass(frozen=True, slots=True)
class Term:
    """Words of which one has to be there (or, excluded, none). Each is a phrase if it has several words."""

    ways: tuple[str, ...]
    is_excluded: bool = False
    # Where words that stood side by side have a synonym: these words. The ways of it are no phrases then.
    side_by_side: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """``all_of``: PostgreSQL's question as text; empty where only words are left that say nothing."""

    all_of: str = ""
    any_of: str = ""  # one of the terms is enough; none that is excluded


_Token = tuple[str, str, str]  # minus, phrase, word


def terms_of(text: str, same: Mapping[str, Sequence[str]] | None = None) -> tuple[Term, ...]:
    """Terms in their order, with what means the same; nothing that somebody types is an error."""
    found: list[Term] = []
    joins = False
    tokens = _TOKEN.findall(text)[: 2 * MOST_TERMS]
    while tokens:
        minus, phrase, word = tokens[0]
        plain = (phrase or word).strip()
        if plain.lower() in _OR and not minus and not phrase:
            joins = bool(found)
            tokens = tokens[1:]
            continue
        run = _run_of(tokens, same or {})
        tokens = tokens[len(run) or 1 :]
        if not re.search(r"\w", plain):
            continue
        ways = tuple((same or {}).get((" ".join(run) or plain).lower(), ())) or (plain,)
        term = Term(ways, is_excluded=bool(minus), side_by_side=run)
        if joins and not term.is_excluded and not found[-1].is_excluded:
            found[-1] = Term(found[-1].ways + term.ways, side_by_side=found[-1].side_by_side + run)
        else:
            found.append(term)
        joins = False
    return tuple(found[:MOST_TERMS])


def _run_of(tokens: Sequence[_Token], same: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """As many words from the first on as have a synonym together; none where there are not two of them."""
    words_ = list(takewhile(lambda word: word.lower() not in _OR, (word for _m, _p, word in tokens[:_LONGEST_RUN])))
    for count in range(len(words_), 1, -1):
        run = tuple(words_[:count])
        if all(run) and not any(minus for minus, _p, _w in tokens[1:count]) and " ".join(run).lower() in same:
            return run
    return ()


def ask(text: str) -> Asked:
    """One query where it was not asked before in this process."""
    terms = terms_of(text, words.synonyms())
    return _asked(terms, words.configs()) if terms else Asked()


_READ = """
SELECT CASE WHEN is_phrase THEN phraseto_tsquery(config::regconfig, unaccent(way))
            ELSE plainto_tsquery(config::regconfig, unaccent(way)) END::text
FROM unnest(%(configs)s::text[], %(texts)s::text[], %(phrases)s::bool[])
     WITH ORDINALITY AS given (config, way, is_phrase, place)
ORDER BY place
"""


@lru_cache(maxsize=2_000)
def _asked(terms: tuple[Term, ...], configs: tuple[str, ...]) -> Asked:
    # Most words read the same in several languages: named twice, they would cost twice and be taken for more common.
    apart = {word for term in terms for word in term.side_by_side}
    known = _read(
        {(way, not term.side_by_side) for term in terms for way in term.ways} | {(one, True) for one in apart}, configs
    )
    read = [
        (
            term,
            {text for way in term.ways for text in known[way, not term.side_by_side]},
            {text for word in term.side_by_side for text in known[word, True]},
        )
        for term in terms
    ]
    wanted = [_one_of(some, term) for term, some, _single in read if some and not term.is_excluded]
    some_of = [_one_of(some | single, term) for term, some, single in read if some and not term.is_excluded]
    unwanted = [_one_of(some, term) for term, some, _single in read if some and term.is_excluded]
    # Without a word that says something, leaving words out says nothing either.
    says = wanted or all(term.is_excluded for term in terms)
    one = some_of if len(some_of) < 2 else [f"( {' | '.join(some_of)} )"]
    return Asked(" & ".join([*wanted, *unwanted]) if says else "", " & ".join([*one, *unwanted]) if wanted else "")


def _read(ways: Collection[tuple[str, bool]], configs: Sequence[str]) -> dict[tuple[str, bool], set[str]]:
    """What PostgreSQL reads in each way, in any of the languages; whether it is a phrase stands beside it."""
    found: dict[tuple[str, bool], set[str]] = {way: set() for way in ways}
    asked = [(config, way) for way in found for config in configs]
    given: dict[str, list[Any]] = {
        "configs": [config for config, _way in asked],
        "texts": [text for _config, (text, _is_phrase) in asked],
        "phrases": [is_phrase for _config, (_text, is_phrase) in asked],
    }
    with connection.cursor() as cursor:
        cursor.execute(_READ, given)
        for (_config, way), (text,) in zip(asked, cursor.fetchall(), strict=True):
            found[way] |= {text} - {""}
    return found


def _one_of(ways: Iterable[str], term: Term) -> str:
    return ("!" if term.is_excluded else "") + "( " + " | ".join(f"( {way} )" for way in sorted(ways)) + " )"
