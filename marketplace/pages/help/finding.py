"""The search through the help pages: word stems weighed by where they stand, misspelt ones mended. No query."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache

import snowballstemmer
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

from marketplace.pages import markdown
from marketplace.pages.help import articles
from marketplace.pages.help.articles import Article

MOST_RESULTS = 10
_MOST_WORDS, _LONGEST_WORD = 12, 30
_TITLE, _KEYWORDS, _TEXT = 6.0, 4.0, 1.0
_CLOSE = 0.74  # how alike a misspelt word must be
_SHORTEST_PREFIX = 3
_SNIPPET_WORDS = 26
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_ALGORITHMS = {"en": "english", "es": "spanish", "de": "german", "fr": "french", "it": "italian", "pt": "portuguese"}
# Too common to tell articles apart, whatever their number.
_SKIPPED = {
    "en": frozenset(
        [
            "a",
            "an",
            "and",
            "are",
            "at",
            "be",
            "by",
            "can",
            "do",
            "does",
            "for",
            "from",
            "have",
            "how",
            "i",
            "if",
            "in",
            "is",
            "it",
            "me",
            "my",
            "of",
            "on",
            "or",
            "that",
            "the",
            "to",
            "what",
            "when",
            "where",
            "which",
            "who",
            "why",
            "will",
            "with",
            "you",
            "your",
        ]
    ),
    "es": frozenset(
        [
            "a",
            "al",
            "como",
            "con",
            "cual",
            "cuando",
            "de",
            "del",
            "donde",
            "el",
            "en",
            "es",
            "la",
            "las",
            "lo",
            "los",
            "me",
            "mi",
            "mis",
            "o",
            "para",
            "por",
            "que",
            "se",
            "si",
            "su",
            "tu",
            "tus",
            "un",
            "una",
            "y",
            "yo",
        ]
    ),
}


@dataclass(frozen=True, slots=True)
class Found:
    article: Article
    snippet: SafeString


@dataclass(frozen=True, slots=True)
class Index:
    language: str
    weights: dict[str, dict[str, float]]  # by stem and slug
    words: tuple[str, ...]  # as they are written, folded
    stems: tuple[str, ...]


def find(asked: str, figures: dict[str, str]) -> list[Found]:
    """The best articles in the reader's language, best first, at most ten."""
    language = articles.current_language()
    index, known = index_of(language), articles.all_of(language)
    wanted = _wanted(asked, index)
    ranked = _ranked(wanted, index)[:MOST_RESULTS]
    stems = {stem for group in wanted for stem in group}
    return [Found(known[slug], _snippet(known[slug], stems, figures)) for slug in ranked]


def _ranked(wanted: list[list[str]], index: Index) -> list[str]:
    """Slugs; an article with all of the words comes before one that says a single one often."""
    scores: defaultdict[str, float] = defaultdict(float)
    met: Counter[str] = Counter()
    for group in wanted:
        best: defaultdict[str, float] = defaultdict(float)
        for stem in group:
            holders = index.weights[stem]
            rare = 1 / math.log(2 + len(holders))
            for slug, weight in holders.items():
                best[slug] = max(best[slug], weight * rare)
        for slug, score in best.items():
            scores[slug] += score
            met[slug] += 1
    return sorted(scores, key=lambda slug: (-met[slug], -scores[slug], slug))


def _wanted(asked: str, index: Index) -> list[list[str]]:
    """For each word that was typed the stems it may mean; words that nothing is like are left out."""
    typed = [word for word in _folded(asked) if word not in _SKIPPED.get(index.language, ())][:_MOST_WORDS]
    groups = [_meant(word[:_LONGEST_WORD], index) for word in typed]
    return [group for group in groups if group]


def _meant(word: str, index: Index) -> list[str]:
    stem = _stem(word, index.language)
    if stem in index.weights:
        return [stem]
    if len(word) >= _SHORTEST_PREFIX and (begun := [one for one in index.stems if one.startswith(word)]):
        return begun
    close = get_close_matches(word, index.words, n=2, cutoff=_CLOSE)
    return sorted({_stem(one, index.language) for one in close})


@cache
def index_of(language: str) -> Index:
    weights: defaultdict[str, dict[str, float]] = defaultdict(dict)
    written: set[str] = set()
    for slug, article in articles.all_of(language).items():
        parts = (
            (article.title, _TITLE),
            (article.keywords, _KEYWORDS),
            (markdown.plain(markdown.PLACE.sub(" ", article.text)), _TEXT),
        )
        for text, weight in parts:
            words = _folded(text)
            written |= {word for word in words if len(word) > 1}
            for stem, times in Counter(_stem(word, language) for word in words).items():
                weights[stem][slug] = weights[stem].get(slug, 0.0) + weight * (1 + math.log(times))
    return Index(language, dict(weights), tuple(sorted(written)), tuple(sorted(weights)))


def _snippet(article: Article, stems: set[str], figures: dict[str, str]) -> SafeString:
    """The stretch of the text that holds most of what was asked for, with the words marked."""
    text = markdown.plain(markdown.filled(article.text, figures))
    words = text.split()
    hits = [any(_stem(part, article.language) in stems for part in _folded(word)) for word in words]
    starts = range(max(1, len(words) - _SNIPPET_WORDS + 1))
    start = max(starts, key=lambda at: (sum(hits[at : at + _SNIPPET_WORDS]), -at))
    stretch = list(zip(words, hits, strict=True))[start : start + _SNIPPET_WORDS]
    marked = format_html_join(" ", "{}", ((_marked(word, is_hit),) for word, is_hit in stretch))
    before, after = "… " if start else "", " …" if start + _SNIPPET_WORDS < len(words) else ""
    return SafeString(f"{before}{marked}{after}")


def _marked(word: str, is_hit: bool) -> SafeString:
    return SafeString(f"<mark>{conditional_escape(word)}</mark>") if is_hit else conditional_escape(word)


def _folded(text: str) -> list[str]:
    """Words without capitals and accents."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return [word.partition("'")[0].partition("’")[0] for word in _WORD.findall(bare.casefold())]


@lru_cache(maxsize=20_000)
def _stem(word: str, language: str) -> str:
    """A stemmer keeps the word that it works on: threads must not share one, and a new one costs next to nothing."""
    return str(snowballstemmer.stemmer(_ALGORITHMS.get(language, "english")).stemWord(word))
