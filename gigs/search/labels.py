"""What a gig can be filtered and counted by, as numbers in one array beside its words: ``labels @> '{…}'``.

A label is a kind and a number within it. Kinds that a search shows with counts are facets.
"""

from __future__ import annotations

import math
from enum import IntEnum

_SPAN = 100_000_000  # numbers in a kind


class Kind(IntEnum):
    TIER = 1
    CATEGORY = 2  # its own and those above it: their ids
    VALUE = 3  # of an attribute: its id
    LANGUAGE = 4  # the letters of its code
    COUNTRY = 5  # of the seller: the letters of its code
    LEVEL = 6  # of the seller: place in orders.levels
    RATING = 7  # in tenths, each that is reached: 40, 45, 48
    AI = 8  # place in AI_USES
    CURRENCY = 9  # the letters of its code
    WITHIN = 10  # minutes, each that is kept
    TURN = 11  # of a new seller's gig: which of TURNS shows it
    PRICE = 12  # bands of prices (``price_band``), each in which a package is


FACETS = (Kind.CATEGORY, Kind.VALUE, Kind.LANGUAGE, Kind.COUNTRY, Kind.LEVEL, Kind.RATING, Kind.AI)  # in a row
LAST = _SPAN - 1  # number in a kind

RATINGS = (40, 45, 48)
WITHIN = (120, 1_440, 4_320, 10_080)
AI_USES = ("", "none", "assisted", "generated")
TURNS = 64


class Tier(IntEnum):
    """By standing: a search that finds enough in the first looks no further."""

    FIRST = 0
    SECOND = 1
    THIRD = 2
    FOURTH = 3
    REST = 4


# Of all gigs, from the best down to the end of a tier. A page of the commonest words is in the first.
PARTS = {Tier.FIRST: 0.02, Tier.SECOND: 0.04, Tier.THIRD: 0.10, Tier.FOURTH: 0.25}


def label(kind: Kind, number: int) -> int:
    return kind * _SPAN + number


def price_band(amount_minor: int) -> int:
    """A band ends two fifths above its beginning: two of them to each doubling."""
    return int(2 * math.log2(max(amount_minor, 1)))


def kind_of(one: int) -> Kind:
    return Kind(one // _SPAN)


def number_of(one: int) -> int:
    return one % _SPAN


def coded(kind: Kind, code: str) -> int:
    """The label of a short code of Latin letters ("de", "EUR")."""
    number = 0
    for letter in code.lower():
        number = number * 27 + max(0, min(26, ord(letter) - 96))
    return label(kind, number)


def code_of(one: int) -> str:
    """The letters, in lower case."""
    number, letters = number_of(one), ""
    while number:
        number, rest = divmod(number, 27)
        letters = chr(96 + rest) + letters
    return letters
