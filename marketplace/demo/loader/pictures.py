"""Draws covers and portraits on all cores, ahead of the rows that show them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from PIL import Image

from marketplace.demo.art.covers import draw_cover, encode_webp
from marketplace.demo.people import Person

WIDTHS = (320, 640, 1200)


def covers(wanted: list[tuple[str, int]]) -> Iterator[dict[int, bytes]]:
    """WebP files by width for each (category, key), in order."""
    # Fresh processes: a fork would share this one's database connection.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from pool.map(_cover, wanted, chunksize=8)


def portraits(people: list[Person]) -> Iterator[bytes]:
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from pool.map(_portrait, people, chunksize=8)


def _cover(wanted: tuple[str, int]) -> dict[int, bytes]:
    image = draw_cover(*wanted)
    return {width: encode_webp(image.resize((width, width * 3 // 4), Image.Resampling.LANCZOS)) for width in WIDTHS}


def _portrait(person: Person) -> bytes:
    return encode_webp(person.portrait())
