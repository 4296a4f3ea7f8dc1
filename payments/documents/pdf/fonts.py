"""The fonts, embedded as far as they are used; and text split by who can draw it."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD, DISPLAY = "Inter", "Inter-SemiBold", "Fraunces"
_FOLDER = Path(__file__).parent.parent / "fonts"
_FILES = {
    REGULAR: _FOLDER / "Inter-Regular.ttf",
    BOLD: _FOLDER / "Inter-SemiBold.ttf",
    DISPLAY: _FOLDER / "Fraunces-SemiBold.ttf",
}
_lock = threading.Lock()


@cache
def _names(files: tuple[str, ...]) -> tuple[str, ...]:
    """Registers the fonts once per process; returns those to fall back on, in order."""
    for name, path in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(path)))
    more = {f"More{number}": file for number, file in enumerate(files)}
    for name, file in more.items():
        pdfmetrics.registerFont(TTFont(name, file))
    return REGULAR, *more


def load() -> tuple[str, ...]:
    """The fonts that text may be set in. Raises where a file of DOCUMENT_FONTS cannot be read."""
    with _lock:
        return _names(tuple(settings.DOCUMENT_FONTS))


def markup(text: str) -> str:
    """A person's words for a paragraph: nothing in them is a tag, and each letter is set in a font that has it."""
    clean = "".join(mark for mark in text if not unicodedata.category(mark).startswith("C"))
    names = load()
    runs = groupby(clean, key=lambda mark: _font_of(mark, names))
    return "".join(_run(name, "".join(marks)) for name, marks in runs)


def _run(name: str, text: str) -> str:
    return escape(text) if name == REGULAR else f'<font name="{name}">{escape(text)}</font>'


def _font_of(mark: str, names: tuple[str, ...]) -> str:
    return next((name for name in names if ord(mark) in _glyphs(name)), REGULAR)


@cache
def _glyphs(name: str) -> frozenset[int]:
    font = pdfmetrics.getFont(name)
    assert isinstance(font, TTFont)  # noqa: S101 - what _names has registered
    return frozenset(font.face.charToGlyph)
