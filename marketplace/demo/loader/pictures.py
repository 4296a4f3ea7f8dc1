"""Draws covers and portraits on all cores, ahead of the rows that show them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from PIL import Image

from marketplace.demo.art.covers import draw_cover
from marketplace.demo.art.portraits import draw_portrait

WIDTHS = (320, 640, 1200)


def covers(wanted: list[tuple[str, str]]) -> Iterator[dict[int, bytes]]:
    """WebP files by width for each (category, key), in order."""
    # Fresh processes: a fork would share this one's database connection.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from pool.map(_cover, wanted, chunksize=8)


def portraits(keys: list[str]) -> Iterator[bytes]:
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from pool.map(_portrait, keys, chunksize=8)


def _cover(wanted: tuple[str, str]) -> dict[int, bytes]:
    image = draw_cover(*wanted)
    return {width: _webp(image.resize((width, width * 3 // 4), Image.Resampling.LANCZOS)) for width in WIDTHS}


def _portrait(key: str) -> bytes:
    return _webp(draw_portrait(key))


def _webp(image: Image.Image) -> bytes:
    data = io.BytesIO()
    image.save(data, "WEBP", quality=82, method=2)
    return data.getvalue()
