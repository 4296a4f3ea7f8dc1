"""How a text is written: capitals, emoji, characters that nobody sees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gigs.contracts import GigContent
from gigs.reviewing.findings import Finding, found
from gigs.reviewing.texts import Text

_EMOJI = re.compile("[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55\u231a-\u23f3]")
_MOST_EMOJI, _MOST_EMOJI_IN_A_TITLE = 10, 1
_FEWEST_CAPITALS = 8  # "Your CV as PDF" is fine
_FIRST_LETTERS = re.compile(r"\b(?:[A-Z]{2,4})\b")

# Zero-width space, word joiner, overrides and isolates of direction, tag characters, fillers. Joiners and the two
# marks of direction belong to scripts and emoji, so they are fine.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\u206a-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
)
_FLAG_OF_A_REGION = re.compile("\U0001f3f4[\U000e0061-\U000e007a]+\U000e007f")


def capitals(content: GigContent) -> Iterator[Finding]:
    """More than half of a title's letters, abbreviations of up to four letters left out."""
    letters = [letter for letter in _FIRST_LETTERS.sub("", content.title) if letter.isalpha()]
    large = sum(letter.isupper() for letter in letters)
    shouts = all(word.isupper() for word in re.findall(r"[^\W\d_]{2,}", content.title))
    if (large >= _FEWEST_CAPITALS and large * 2 > len(letters)) or (
        shouts and sum(map(str.isupper, content.title)) > _FEWEST_CAPITALS
    ):
        yield found("capitals", "title", "title")


def emoji(texts: Iterable[Text]) -> Iterator[Finding]:
    for text in texts:
        most = _MOST_EMOJI_IN_A_TITLE if text.place == "title" else _MOST_EMOJI
        number = len(_EMOJI.findall(text.words))
        if number > most:
            yield found("emoji", text.section, text.place, str(number))


def hidden(texts: Iterable[Text]) -> Iterator[Finding]:
    """The quote names the characters, because nobody would see them."""
    for text in texts:
        codes = dict.fromkeys(f"U+{ord(letter):04X}" for letter in _hidden_in(text))
        if codes:
            yield found("hidden", text.section, text.place, " ".join(codes))


def _hidden_in(text: Text) -> list[str]:
    return _HIDDEN.findall(_FLAG_OF_A_REGION.sub("", text.words))
