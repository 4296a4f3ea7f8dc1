"""Covers in public storage: named by their content, so that the same picture is stored once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from random import Random
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw

from gigs import images
from gigs.contracts import Cover
from marketplace.kernel.previews.readers import renditions

FOLDER = "covers"
# Background, paper, ink, accent; one palette per craft, chosen by its slug.
_PALETTES = (
    ("#f3c9a8", "#f7ead9", "#1f3d36", "#d9572b"),
    ("#dfe6d3", "#f6f2e4", "#3d5a45", "#d8a23a"),
    ("#cfdcec", "#f4f1e8", "#274b7a", "#e07a4f"),
    ("#c8e4e0", "#f2efe4", "#12615c", "#ef8f5a"),
    ("#f2c6cf", "#fbeee6", "#2c2a4a", "#a8324f"),
    ("#d9d0ea", "#f5f0e6", "#4a3a86", "#e2a33d"),
    ("#f2deb0", "#fbf4e0", "#8a5a0c", "#1f5d45"),
    ("#d3dde0", "#f5f1e7", "#2f4858", "#e36a3a"),
)


def cover_of(key: str) -> Cover | None:
    """Addresses of a stored cover; None for an empty key."""
    return Cover({width: default_storage.url(_name(key, width)) for width in images.WIDTHS}) if key else None


def store(data: bytes | BinaryIO) -> str:
    """Checks, re-encodes and stores an uploaded picture; returns its key. Raises InvalidInput (field ``cover``)."""
    return store_variants(images.variants(images.opened(images.read(data))))


def store_variants(variants: Mapping[int, bytes]) -> str:
    """Stores ready-made WebP files by width (all of images.WIDTHS); returns their key."""
    if set(variants) != set(images.WIDTHS):
        raise ValueError(f"a cover has the widths {images.WIDTHS}")
    digest = hashlib.sha256(variants[max(variants)]).hexdigest()[:32]
    key = f"{FOLDER}/{digest[:2]}/{digest}"
    for width, content in variants.items():
        name = _name(key, width)
        if default_storage.exists(name):
            _renew(name)
        else:
            default_storage.save(name, ContentFile(content))
    return key


def _renew(name: str) -> None:
    """As good as stored just now: the tidying that deletes what nothing shows goes by this time."""
    with suppress(NotImplementedError, FileNotFoundError):  # a storage without files has its own times
        os.utime(default_storage.path(name))


def dhash(key: str) -> int | None:
    """The perceptual hash of a stored cover; None where it says nothing, or the files are gone."""
    try:
        with default_storage.open(_name(key, min(images.WIDTHS))) as file, Image.open(file) as picture:
            value = renditions.dhash(picture)
    except OSError:
        return None
    return None if renditions.says_nothing(value) else value


def draw(category_slug: str, seed: str) -> str:
    """Draws a plain cover in the category's colours and stores it; the same seed gives the same picture."""
    return store_variants(images.variants(_drawn(category_slug, seed)))


def _name(key: str, width: int) -> str:
    return f"{key}-{width}.webp"


def _drawn(category_slug: str, seed: str) -> Image.Image:
    by_craft = int.from_bytes(hashlib.sha256(category_slug.encode()).digest()[:2], "big")
    background, paper, ink, accent = _PALETTES[by_craft % len(_PALETTES)]
    random = Random(f"{category_slug}/{seed}")  # noqa: S311 - a picture, not a secret
    canvas = Image.new("RGB", (1200, 900), background)
    pen = ImageDraw.Draw(canvas)
    cell = 300
    for column in range(4):
        for row in range(3):
            shape = random.choice(("none", "disc", "quarter", "square", "ring", "none"))
            colour = random.choice((paper, paper, ink, accent))
            _shape(pen, shape, (column * cell, row * cell, cell), colour, random.randrange(4))
    return canvas


def _shape(pen: ImageDraw.ImageDraw, shape: str, place: tuple[int, int, int], colour: str, turn: int) -> None:
    x, y, cell = place
    inset = cell // 8
    box = (x + inset, y + inset, x + cell - inset, y + cell - inset)
    if shape == "disc":
        pen.ellipse(box, fill=colour)
    elif shape == "ring":
        pen.ellipse(box, outline=colour, width=cell // 7)
    elif shape == "square":
        pen.rounded_rectangle(box, radius=cell // 10, fill=colour)
    elif shape == "quarter":
        # A quarter disc that fills its cell: the circle's centre is one of the four corners.
        centre_x, centre_y = x + cell * (turn in {1, 2}), y + cell * (turn in {2, 3})
        circle = (centre_x - cell, centre_y - cell, centre_x + cell, centre_y + cell)
        pen.pieslice(circle, 90 * turn, 90 * turn + 90, fill=colour)
