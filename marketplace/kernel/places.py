"""HTML that is the same for everybody but for some places: rendered once, kept as text, filled for each reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

_PLACE = re.compile("\x02([a-z0-9]+)\x03")


def place(name: str) -> SafeString:
    """What stands in a template's output where something is put in later."""
    return SafeString(f"\x02{name}\x03")


def pieces_of(html: str) -> tuple[str, ...]:
    """Text, and between the texts the names of places."""
    return tuple(_PLACE.split(html))


def filled(pieces: tuple[str, ...], own: Mapping[str, Callable[[], str]]) -> SafeString:
    """The whole. What is put in is escaped by whoever gives it."""
    return mark_safe("".join(own[piece]() if number % 2 else piece for number, piece in enumerate(pieces)))  # noqa: S308


@cache
def release_mark() -> str:
    """Another for each release that renders anything in another way: what an older one kept is not read."""
    root = Path(settings.BASE_DIR)
    sources = [*sorted((root / "templates").rglob("*.html")), *(root / "gigs" / "web").glob("*_html.py")]
    return sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()[:12]
