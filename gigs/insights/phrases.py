"""What was typed into a search as a phrase that may be counted: comparable, and nobody's address."""

from __future__ import annotations

import re

from gigs.models.demand import WORDS_MAX
from gigs.reviewing.checks.contacts import addresses, contacts
from gigs.reviewing.texts import Text, folded

_LONGEST = 200  # characters that are looked at
_MOST_WORDS = 6
_FEWEST_LETTERS = 3
_WORD = re.compile(r"[^\W_][\w'’+#&.-]*")
_NUMBER = re.compile(r"\d{5,}")  # of an order, a house or a telephone


def phrase_of(text: str) -> str:
    """In small letters, without marks, one blank between words; empty where it is not to be counted.

    That is what is very long or short, has words that are to be left out, or looks like an e-mail address, a
    telephone number, a messenger's name or a link.
    """
    plain = folded(text[:_LONGEST])
    if len(text) > _LONGEST or _is_contact(plain) or re.search(r"(?:^|\s)-\w", plain):
        return ""
    words = [word.rstrip(".-'’&") for word in _WORD.findall(plain)]
    phrase = " ".join(words)
    letters = sum(letter.isalpha() for letter in phrase)
    if len(words) > _MOST_WORDS or len(phrase) > WORDS_MAX or letters < _FEWEST_LETTERS or _NUMBER.search(phrase):
        return ""
    return phrase


def _is_contact(words: str) -> bool:
    text = [Text("title", "title", words)]
    found = "@" in words or next(contacts(text), None) or next(addresses(text), None)
    return bool(found)
