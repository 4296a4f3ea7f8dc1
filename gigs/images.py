"""An uploaded picture, proved to be one, as WebP in fixed widths. Nothing of the original file is kept."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from marketplace.kernel.errors import InvalidInput

WIDTHS = (320, 640, 1200)
RATIO = (4, 3)
MAX_BYTES = 10_000_000
MAX_PIXELS = 40_000_000  # read from the header, before anything is unpacked
MIN_WIDTH = 320
_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
_PAPER = (250, 247, 241)
# What Pillow raises for damaged files; its AVIF reader says RuntimeError.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, RuntimeError, struct.error)


def _refuse(message: str) -> InvalidInput:
    return InvalidInput(message, code="bad_image", fields={"cover": message})


def read(data: bytes | BinaryIO) -> bytes:
    """All bytes of an upload. Raises InvalidInput when it is empty or larger than MAX_BYTES."""
    content = data if isinstance(data, bytes) else data.read(MAX_BYTES + 1)
    if not content:
        raise _refuse(_("The file is empty. Choose the picture again."))
    if len(content) > MAX_BYTES:
        raise _refuse(_("The picture is larger than 10 MB. Save it smaller and try again."))
    return content


def opened(content: bytes) -> Image.Image:
    """The picture, unpacked and upright, in RGB. Raises InvalidInput naming what is wrong with it."""
    not_a_picture = _refuse(_("This is not a picture that we can read. Use JPEG, PNG or WebP."))
    too_many_pixels = _refuse(_("The picture has more than 40 million pixels. Save it smaller and try again."))
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as probe:
            width, height = probe.size
            if width * height > MAX_PIXELS:
                raise too_many_pixels
            if width < MIN_WIDTH or height < MIN_WIDTH * RATIO[1] // RATIO[0]:
                raise _refuse(_("The picture is smaller than 320 × 240 pixels and would look blurred."))
            probe.verify()
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            return _flat(ImageOps.exif_transpose(picture))
    except Image.DecompressionBombError as error:
        raise too_many_pixels from error
    except _BROKEN as error:
        raise not_a_picture from error


def _flat(picture: Image.Image) -> Image.Image:
    """Without transparency: laid on paper."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    paper = Image.new("RGB", layered.size, _PAPER)
    paper.paste(layered, mask=layered.getchannel("A"))
    return paper


def variants(picture: Image.Image) -> dict[int, bytes]:
    """WebP by width, cropped around the middle to 4:3. A new image, so no metadata can come along."""
    result: dict[int, bytes] = {}
    source = picture
    for width in sorted(WIDTHS, reverse=True):
        size = (width, width * RATIO[1] // RATIO[0])
        source = ImageOps.fit(source, size, method=Image.Resampling.LANCZOS)
        buffer = BytesIO()
        clean = Image.new("RGB", size)
        clean.paste(source)
        clean.save(buffer, "WEBP", quality=80, method=4)
        result[width] = buffer.getvalue()
    return result
