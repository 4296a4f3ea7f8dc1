"""A picture for public pages: re-encoded in several widths as AVIF and WebP, without anything that came with it."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from marketplace.kernel.previews.readers.result import Job, NoPreview, Result

_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
_PAPER = (250, 247, 241)
# What Pillow raises for damaged files; its AVIF reader says RuntimeError.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, RuntimeError, struct.error)
_HASH_SIZE = (9, 8)
_FEWEST_EDGES = 6  # of 64: with less a picture is a plain surface or slope, like many others


def read(job: Job) -> Result:
    """Options as ``make`` takes them, and ``most_pixels``, ``least``: the smallest width and height.

    Raises NoPreview: ``broken``, ``too_many_pixels``, ``small``.
    """
    Image.MAX_IMAGE_PIXELS = job.options["most_pixels"]
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        # The header first: what claims too much is not unpacked.
        with Image.open(job.source, formats=_FORMATS) as probe:
            _check_size(probe.size, job.options)
            probe.verify()
        with Image.open(job.source, formats=_FORMATS) as picture:
            picture.draft("RGB", (job.options["longest"], job.options["longest"]))  # a large JPEG is read small
            return Result(make(upright(picture), job.folder, job.options))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NoPreview("too_many_pixels") from error
    except _BROKEN as error:
        raise NoPreview("broken") from error


def _check_size(size: tuple[int, int], options: dict[str, Any]) -> None:
    width, height = size
    if width * height > options["most_pixels"]:
        raise NoPreview("too_many_pixels")
    if width < options["least"][0] or height < options["least"][1]:
        raise NoPreview("small")


def upright(picture: Image.Image) -> Image.Image:
    """As it was meant to be looked at, in RGB; what is see-through lies on paper."""
    turned = ImageOps.exif_transpose(picture)
    if not turned.has_transparency_data:
        return turned.convert("RGB")
    layered = turned.convert("RGBA")
    paper = Image.new("RGB", layered.size, _PAPER)
    paper.paste(layered, mask=layered.getchannel("A"))
    return paper


def make(picture: Image.Image, folder: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Writes ``<width>.webp``, ``.avif``, cropped to ``ratio``, for ``cropped``; ``w<width>`` whole, for ``whole``.

    Returns the size of the largest whole one (no side over ``longest``), its widths and the picture's hash.
    """
    across, down = options["ratio"]
    for width in options["cropped"]:
        size = (width, width * down // across)
        _save(ImageOps.fit(picture, size, method=Image.Resampling.LANCZOS), folder / str(width))
    largest = picture.copy()
    largest.thumbnail((options["longest"], options["longest"]), Image.Resampling.LANCZOS)
    widths = sorted({width for width in options["whole"] if width < largest.width} | {largest.width})
    for width in widths:
        size = (width, max(1, round(largest.height * width / largest.width)))
        _save(largest.resize(size, Image.Resampling.LANCZOS), folder / f"w{width}")
    return {"size": list(largest.size), "whole": widths, "dhash": dhash(picture)}


def _save(picture: Image.Image, path: Path) -> None:
    clean = Image.new("RGB", picture.size)  # a new image, so that nothing can come along
    clean.paste(picture)
    clean.save(path.with_suffix(".webp"), "WEBP", quality=80, method=4)
    clean.save(path.with_suffix(".avif"), "AVIF", quality=62, speed=6, max_threads=1)


def dhash(picture: Image.Image) -> int:
    """64 bits, signed: whether each of 8 × 8 spots is darker than the one to its right; few differ in alike ones."""
    width, height = _HASH_SIZE
    small = picture.convert("L").resize(_HASH_SIZE, Image.Resampling.LANCZOS)
    spots = small.tobytes()
    value = 0
    for row in range(height):
        for column in range(width - 1):
            at = row * width + column
            value = value << 1 | (spots[at] < spots[at + 1])
    return value - (1 << 64) if value >> 63 else value


def says_nothing(value: int) -> bool:
    """Whether pictures with this hash look like one another without being the same."""
    edges = (value & (1 << 64) - 1).bit_count()
    return not _FEWEST_EDGES <= edges <= 64 - _FEWEST_EDGES
