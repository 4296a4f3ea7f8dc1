"""Recognising a picture in other pictures: a difference hash of 64 bits, in four parts that an index can hold.

Two hashes that differ in at most three bits agree in at least one of four quarters, so the index finds them all.
"""

from __future__ import annotations

from django.core.files.storage import default_storage
from PIL import Image

_SIDE = 8
_QUARTER = 16
DIFFERENT_BITS = 3
_PLAIN_BITS = 6  # a picture with less than so many edges is a plain surface, like many others


def dhash(picture: Image.Image) -> int | None:
    """Which of neighbouring pixels is the lighter one, row by row; None for a plain surface."""
    small = picture.convert("L").resize((_SIDE + 1, _SIDE), Image.Resampling.LANCZOS)
    pixels = small.tobytes()
    rows = (pixels[start : start + _SIDE + 1] for start in range(0, len(pixels), _SIDE + 1))
    bits = [row[column] > row[column + 1] for row in rows for column in range(_SIDE)]
    number = sum(bit << place for place, bit in enumerate(bits))
    return number if _PLAIN_BITS <= number.bit_count() <= _SIDE * _SIDE - _PLAIN_BITS else None


def parts(number: int) -> list[int]:
    """The quarters, each with its place, so that they are compared with those in the same place only."""
    quarters = ((number >> (_QUARTER * place)) & 0xFFFF for place in range(4))
    return [place << _QUARTER | quarter for place, quarter in enumerate(quarters)]


def different_bits(one: int, other: int) -> int:
    return ((one ^ other) & (1 << 64) - 1).bit_count()


def hash_of_cover(key: str) -> int | None:
    """Of a stored cover; None where there is none, where its file is gone, or for a plain surface."""
    name = f"{key}-320.webp"
    if not key or not default_storage.exists(name):
        return None
    with default_storage.open(name) as file, Image.open(file) as picture:
        return dhash(picture)
