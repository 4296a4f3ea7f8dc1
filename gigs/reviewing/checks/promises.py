"""Prices far from what is usual, and texts that promise what no package keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gigs.contracts import GigContent
from gigs.reviewing.findings import Finding, found
from gigs.reviewing.texts import Text, folded, texts_of
from marketplace.kernel import words
from marketplace.kernel.money import Money

FAR = 5  # times below or above the category's range
_UNITS = {
    "minute": 1,
    "minutes": 1,
    "min": 1,
    "mins": 1,
    "hour": 60,
    "hours": 60,
    "hrs": 60,
    "h": 60,
    "day": 1_440,
    "days": 1_440,
}
_WITHIN = re.compile(rf"\b(?:in|within|under|less than)\s+(\d{{1,3}})\s*({'|'.join(_UNITS)})\b")
_UNLIMITED = re.compile(
    r"\b(?:unlimited|endless|infinite)\s+(?:number of\s+)?(?:\w+\s+)?(?:revisions?|changes|corrections|rounds)\b"
)
_CERTAIN = re.compile(
    r"\b(?:(?:100\s?%|fully|absolutely)\s*(?:guaranteed?|success)"
    r"|guaranteed?\s+(?:results?|success|sales|ranking|rankings|first page|followers|viral|a(?:n)? (?:a|job|grade))"
    r"|(?:rank|ranking)\s+(?:no\.?\s?1|#\s?1|number one)\b.{0,20}guaranteed?"
    r"|guaranteed?\b.{0,30}(?:#\s?1|number one|first page))"
)
_PLACES = ("title", "description", "faq")


def prices(content: GigContent, usual: tuple[int, int]) -> Iterator[Finding]:
    """``usual``: lowest and highest of first packages in the category, in minor units of the currency; 0: unknown."""
    low, high = usual
    if not content.packages or not high:
        return
    for number, package in enumerate(content.packages):
        if package.price_minor * FAR < low:
            yield found("low_price", "packages", f"packages-{number}", _amount(package.price_minor, content))
    cheapest = min(range(len(content.packages)), key=lambda number: content.packages[number].price_minor)
    if content.packages[cheapest].price_minor > high * FAR:
        price = _amount(content.packages[cheapest].price_minor, content)
        yield found("high_price", "packages", f"packages-{cheapest}", price)


def promises(content: GigContent) -> Iterator[Finding]:
    fastest = min((package.promised_minutes for package in content.packages), default=0)
    fastest += sum(min(extra.extra_minutes, 0) for extra in content.extras)
    for text in texts_of(content):
        if text.place.partition("-")[0] not in _PLACES:
            continue
        words = folded(text.words)
        yield from _sooner(text, words, fastest)
        yield from (found("unlimited", text.section, text.place, match[0]) for match in _first(_UNLIMITED, words))
        yield from (found("certain", text.section, text.place, match[0]) for match in _first(_CERTAIN, words))


def _first(expression: re.Pattern[str], words: str) -> list[re.Match[str]]:
    match = expression.search(words)
    return [match] if match else []


def _sooner(text: Text, words: str, fastest: int) -> Iterator[Finding]:
    """In a title only: a text may say that an answer comes in an hour."""
    if text.place != "title" or not fastest:
        return
    for match in _WITHIN.finditer(words):
        if int(match[1]) * _UNITS[match[2]] < fastest:
            yield found("sooner", text.section, text.place, match[0])


def _amount(minor: int, content: GigContent) -> str:
    return words.amount(Money(minor, content.currency))
