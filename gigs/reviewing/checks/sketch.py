"""Recognising a text in other texts: shingles of words, and a MinHash of them in bands that an index can hold.

Two texts that share the part J of their shingles share a band with the probability 1 − (1 − J⁴)¹⁶: 99 % at J = 0.7,
64 % at 0.5, 2 % at 0.2. So the index names candidates, and ``alike`` compares those word by word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from random import Random

from gigs.reviewing.texts import folded

_WORD = re.compile(r"\w+")
_SHINGLE = 4  # words
_BANDS, _ROWS = 16, 4
_MOST_WORDS = 3_000
FEWEST_SHINGLES = 12  # below, two people may well have said the same by chance
_MASKS = [Random(number).getrandbits(64) for number in range(_BANDS * _ROWS)]  # noqa: S311 - fixed on purpose


def shingles(text: str) -> frozenset[int]:
    """Hashes of every four words in a row."""
    words = _WORD.findall(folded(text))[:_MOST_WORDS]
    rows = (" ".join(words[start : start + _SHINGLE]) for start in range(len(words) - _SHINGLE + 1))
    return frozenset(_hash(row) for row in rows)


def bands(shingled: Iterable[int]) -> list[int]:
    """Sixteen signed 64-bit numbers; none for a text that is too short to be compared."""
    hashes = list(shingled)
    if len(hashes) < FEWEST_SHINGLES:
        return []
    smallest = [min(map(mask.__xor__, hashes)) for mask in _MASKS]
    groups = (smallest[start : start + _ROWS] for start in range(0, len(smallest), _ROWS))
    return [signed(_hash(f"{number}:{group}")) for number, group in enumerate(groups)]


def alike(one: frozenset[int], other: frozenset[int]) -> float:
    """The part of all their shingles that both have, 0 to 1."""
    together = len(one | other)
    return len(one & other) / together if together else 0.0


def signed(number: int) -> int:
    """As PostgreSQL's bigint holds 64 bits."""
    return number - (1 << 64) if number >> 63 else number


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
