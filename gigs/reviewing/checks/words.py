"""Words from the operator's list, as whole words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from gigs.reviewing.findings import Finding, found
from gigs.reviewing.texts import Text, folded


def forbidden(texts: Iterable[Text], patterns: Iterable[str]) -> Iterator[Finding]:
    """``*`` stands for any letters: "casino*" finds "casinos", and not "my casino" as another word."""
    known = tuple(sorted({pattern for pattern in patterns if pattern.strip("* ")}))
    if not known:
        return
    expression = _expression(known)
    for text in texts:
        for word in dict.fromkeys(match[0] for match in expression.finditer(folded(text.words))):
            yield found("word", text.section, text.place, " ".join(word.split()))


@lru_cache(maxsize=8)
def _expression(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_one, patterns))})(?!\w)")


def _one(pattern: str) -> str:
    words = re.split(r"\s+", folded(pattern).strip())
    return r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in words)
