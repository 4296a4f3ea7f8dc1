"""Which changes of a live gig are large enough to be looked at first."""

from __future__ import annotations

import re
from collections import Counter

from gigs.contracts import GigContent
from gigs.reviewing.texts import folded, texts_of

FEW_WORDS, FEW_WORDS_IN_A_TITLE = 5, 2
_WORD = re.compile(r"\w+")


def is_larger(before: GigContent, after: GigContent) -> bool:
    """Another category, other packages, extras or questions than before, or more than a few words in texts.

    Prices, times, revisions, hours, availability and everything else that only says how it is sold is never held up.
    """
    if before.category_slug != after.category_slug or before.attributes != after.attributes:
        return True
    if _counts(before) != _counts(after):
        return True
    return words_changed(before, after) > FEW_WORDS or _in_title(before, after) > FEW_WORDS_IN_A_TITLE


def words_changed(before: GigContent, after: GigContent) -> int:
    """How many words were added or taken away, whichever is more."""
    return _apart(_words(before), _words(after))


def _in_title(before: GigContent, after: GigContent) -> int:
    return _apart(*(Counter(_WORD.findall(folded(one.title))) for one in (before, after)))


def _apart(old: Counter[str], new: Counter[str]) -> int:
    return max((new - old).total(), (old - new).total())


def _counts(content: GigContent) -> tuple[int, int, list[str]]:
    return len(content.packages), len(content.extras), [question.kind for question in content.questions]


def _words(content: GigContent) -> Counter[str]:
    return Counter(word for text in texts_of(content) for word in _WORD.findall(folded(text.words)))
