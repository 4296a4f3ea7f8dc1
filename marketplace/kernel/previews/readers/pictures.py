"""Pictures, and pages drawn as pictures: re-encoded, small, and with a watermark where one is wanted."""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from marketplace.kernel.previews import limits
from marketplace.kernel.previews.readers.result import Job, NoPreview, Result

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")
_QUALITY = 80
_TURN, _INK, _SHADE = 30, (255, 255, 255, 110), (0, 0, 0, 110)


def read(job: Job) -> Result:
    Image.MAX_IMAGE_PIXELS = limits.PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(job.source, formats=_FORMATS) as picture:
            frames = getattr(picture, "n_frames", 1)
            picture.draft("RGB", (limits.SHOWN_PIXELS, limits.SHOWN_PIXELS))  # a large JPEG is read small
            picture.thumbnail((limits.SHOWN_PIXELS, limits.SHOWN_PIXELS))
            shown = ImageOps.exif_transpose(picture)
            size = save(shown, job.folder / "1.webp", job.watermark)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise NoPreview("too_large") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise NoPreview("broken") from error
    return Result({"pictures": [size]}, ["frames"] if frames > 1 else [])


def save(picture: Image.Image, path: Path, watermark: str) -> tuple[int, int]:
    """Writes WebP, over white where the picture is see-through; returns its size."""
    seen = picture.convert("RGBA")
    ground = Image.new("RGBA", seen.size, "white")
    ground.alpha_composite(seen)
    if watermark:
        ground.alpha_composite(_pattern(ground.size, watermark))
    ground.convert("RGB").save(path, "WEBP", quality=_QUALITY)
    return ground.size


def _pattern(size: tuple[int, int], words: str) -> Image.Image:
    """The words again and again, aslant, light with a dark edge: readable on any picture, and not to be cut away."""
    width, height = size
    reach = int((width**2 + height**2) ** 0.5) + 1
    font = ImageFont.load_default(size=max(14, min(width, height) // 18))
    sheet = Image.new("RGBA", (reach, reach))
    pen = ImageDraw.Draw(sheet)
    left, top, right, bottom = (int(edge) for edge in pen.textbbox((0, 0), words, font=font))
    step_x, step_y = right - left + 60, (bottom - top) * 4 + 20
    for row, y in enumerate(range(0, reach, step_y)):
        for x in range(-step_x * (row % 2) // 2, reach, step_x):
            pen.text((x, y), words, font=font, fill=_INK, stroke_width=1, stroke_fill=_SHADE)
    turned = sheet.rotate(_TURN, resample=Image.Resampling.BICUBIC)
    x, y = (reach - width) // 2, (reach - height) // 2
    return turned.crop((x, y, x + width, y + height))
