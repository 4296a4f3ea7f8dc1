"""The vocabulary of titles and tags: what was misspelt, and what somebody is about to type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from gigs.models import Category, SearchConfig, SearchPhrase, Synonym
from gigs.search import memory

_WORD = re.compile(r"[^\W\d_][^\W_]{2,39}")
SUGGESTIONS = 8


def learn(titles: Mapping[int, Iterable[str]], configs: Iterable[str]) -> None:
    """Notes words that were not known; how many gigs have them is counted by ``count_words``."""
    new = {word for texts in titles.values() for text in texts for word in _WORD.findall(text.lower())}
    with connection.cursor() as cursor:
        # In order: two that learn the same words at once wait for each other and not in a circle.
        cursor.execute(_LEARN, [sorted(new)])
    SearchConfig.objects.bulk_create([SearchConfig(name=name) for name in sorted(set(configs))], ignore_conflicts=True)


_LEARN = "INSERT INTO gigs_searchword (word, gigs) SELECT unnest(%s::text[]), 1 ON CONFLICT DO NOTHING"


def configs() -> tuple[str, ...]:
    """The text search configurations that gigs are read with."""
    return memory.kept("configs", _read_configs)


def _read_configs() -> tuple[str, ...]:
    return tuple(SearchConfig.objects.order_by("name").values_list("name", flat=True)) or ("english",)


def synonyms() -> dict[str, tuple[str, ...]]:
    """By word or phrase in lower case: all that mean the same, itself included."""
    return memory.kept("synonyms", _read_synonyms)


def _read_synonyms() -> dict[str, tuple[str, ...]]:
    groups = [tuple(word.lower() for word in row) for row in Synonym.objects.values_list("words", flat=True)]
    return {word: group for group in groups for word in group}


def corrected(text: str) -> str:
    """A question with each unknown word replaced by the known one most like it; the same text where all are known."""
    asked = {word for word in _WORD.findall(text.lower()) if word not in {"or", "and", "not"}}
    found = nearest(sorted(asked)[:8])
    return _WORD.sub(lambda match: found.get(match[0].lower(), match[0]), text) if found else text


_NEAREST = """
SELECT asked.word, (
    SELECT word FROM gigs_searchword
    WHERE word %% asked.word AND length(word) BETWEEN length(asked.word) - 2 AND length(asked.word) + 2
    ORDER BY similarity(word, asked.word) + 0.05 * log(gigs + 1)
        + CASE WHEN left(word, 1) = left(asked.word, 1) THEN 0.1 ELSE 0 END DESC, word
    LIMIT 1
) FROM unnest(%(words)s::text[]) AS asked (word)
WHERE NOT EXISTS (SELECT FROM gigs_searchword AS known WHERE known.word = asked.word)
"""


def nearest(asked: list[str]) -> dict[str, str]:
    """For words that nobody knows: the known word most like each, the more common first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, {"words": asked})
        return {word: right for word, right in cursor.fetchall() if right}


_COMPLETED = """
SELECT text FROM (
    (SELECT text, gigs + 1000000 AS weight FROM gigs_searchphrase
     WHERE text LIKE %(text)s ORDER BY gigs DESC LIMIT %(most)s)
    UNION ALL
    (SELECT %(before)s || word, gigs FROM gigs_searchword
     WHERE word LIKE %(word)s ORDER BY gigs DESC LIMIT %(most)s)
) AS found GROUP BY text ORDER BY max(weight) DESC, text LIMIT %(most)s
"""


def suggestions(text: str) -> list[str]:
    """What somebody may be about to type: phrases that begin like it, then its last word completed or corrected."""
    typed = " ".join(text.lower().split())[:60]
    if len(typed) < 2:
        return []
    before, _space, last = typed.rpartition(" ")
    before = before and before + " "
    found = _completed(typed, before, last)
    if not found and len(last) > 3:
        right = nearest([last]).get(last, "")
        found = _completed(before + right, before, right) or [before + right] if right else []
    return found


def _completed(text: str, before: str, last: str) -> list[str]:
    given: dict[str, Any] = {"text": _prefix(text), "word": _prefix(last), "before": before, "most": SUGGESTIONS}
    with connection.cursor() as cursor:
        cursor.execute(_COMPLETED, given)
        return [row[0] for row in cursor.fetchall()]


def _prefix(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text) + "%"


_COUNT_WORDS = """
INSERT INTO gigs_searchword (word, gigs)
SELECT word, ndoc FROM ts_stat($$
    SELECT to_tsvector('simple', gig.title || ' ' || array_to_string(gig.tags, ' '))
    FROM gigs_gig AS gig JOIN gigs_searchentry ON gig_id = gig.id
$$) WHERE length(word) BETWEEN 3 AND 40 AND word ~ '^[[:alpha:]]'
ORDER BY word
ON CONFLICT (word) DO UPDATE SET gigs = excluded.gigs
"""
_COUNT_PHRASES = """
INSERT INTO gigs_searchphrase (text, gigs)
SELECT lower(tag), count(*) FROM gigs_gig AS gig JOIN gigs_searchentry ON gig_id = gig.id, unnest(gig.tags) AS tag
WHERE tag <> '' GROUP BY lower(tag) ORDER BY lower(tag)
ON CONFLICT (text) DO UPDATE SET gigs = excluded.gigs
"""


def count_words() -> None:
    """How many gigs have each word and each tag. Reads all titles; for a task of the night, and after a reindex."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_WORDS)
        cursor.execute(_COUNT_PHRASES)
    rows = [SearchPhrase(text=name.lower()[:60], gigs=1000) for name in Category.objects.values_list("name", flat=True)]
    SearchPhrase.objects.bulk_create(rows, ignore_conflicts=True)
