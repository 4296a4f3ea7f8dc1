"""Draws the card of a link: 1200 × 630 pixels, as the networks ask. Pure; it knows no database."""

from __future__ import annotations

from functools import cache, lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, ImageOps

from payments.contracts import FONTS

SIZE = (1200, 630)
_PAPER, _INK, _QUIET, _GREEN = "#faf7f1", "#1f1d18", "#5f5a4f", "#1f5d45"
_MARGIN, _PICTURE_WIDTH = 72, 480
_TITLE_LINES = 4


def draw(*, title: str, name: str, line: str, site: str, picture: Image.Image | None) -> bytes:
    """A JPEG with the words on the left and the picture, cropped, on the right; without one words take all."""
    card = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(card)
    width = SIZE[0] - 2 * _MARGIN
    if picture:
        box = (SIZE[0] - _PICTURE_WIDTH, 0)
        card.paste(ImageOps.fit(picture.convert("RGB"), (_PICTURE_WIDTH, SIZE[1])), box)
        width -= _PICTURE_WIDTH - _MARGIN // 3
    top = _title(pen, title, width)
    pen.text((_MARGIN, top + 18), _fitted(name, width, "Inter-SemiBold", 32), _INK, _font("Inter-SemiBold", 32))
    pen.text((_MARGIN, top + 66), _fitted(line, width, "Inter-Regular", 30), _QUIET, _font("Inter-Regular", 30))
    pen.rounded_rectangle((_MARGIN, SIZE[1] - 96, _MARGIN + 36, SIZE[1] - 60), 10, fill=_GREEN)
    pen.text(
        (_MARGIN + 52, SIZE[1] - 100),
        _fitted(site, width, "Fraunces-SemiBold", 34),
        _INK,
        _font("Fraunces-SemiBold", 34),
    )
    buffer = BytesIO()
    card.save(buffer, "JPEG", quality=86, optimize=True, progressive=True)
    return buffer.getvalue()


def can_write(text: str) -> bool:
    """Whether the fonts have every letter: a card with boxes in it is worse than none."""
    return all(mark.isspace() or _has(mark) for mark in text)


@cache
def _missing(name: str) -> bytes:
    """How the font draws what it has not."""
    return _drawn(name, "\U0010ffff")


@lru_cache(maxsize=5_000)
def _has(mark: str) -> bool:
    return all(_drawn(name, mark) != _missing(name) for name in ("Fraunces-SemiBold", "Inter-Regular"))


def _drawn(name: str, mark: str) -> bytes:
    return bytes(_font(name, 32).getmask(mark))


def _title(pen: ImageDraw.ImageDraw, title: str, width: int) -> int:
    """As large as fits into four lines; returns where it ends."""
    for size in (64, 56, 48, 42):
        lines = _lines(title, width, size)
        if len(lines) <= _TITLE_LINES:
            break
    lines = lines[:_TITLE_LINES]
    top, step = _MARGIN, size * 6 // 5
    for line in lines:
        pen.text(
            (_MARGIN, top), _fitted(line, width, "Fraunces-SemiBold", size), _INK, _font("Fraunces-SemiBold", size)
        )
        top += step
    return top


def _lines(text: str, width: int, size: int) -> list[str]:
    font, lines = _font("Fraunces-SemiBold", size), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _fitted(text: str, width: int, name: str, size: int) -> str:
    font = _font(name, size)
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"{name}.ttf"), size)
