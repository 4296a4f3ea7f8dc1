"""Whether a colour can be read: the contrast of WCAG 2.2, and what goes with it."""

from __future__ import annotations

import re
from dataclasses import dataclass

AA = 4.5  # for text; buttons and links carry some
_HEX = re.compile(r"#[0-9a-f]{6}")
_WHITE, _INK = "#ffffff", "#120e08"

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Theme:
    """The surfaces on which the accent stands as text, and how much of it is in the soft surface."""

    surfaces: tuple[str, ...]
    soft: float


# As in assets/css/tokens.css.
LIGHT = Theme(("#faf7f1", "#fffdf9"), 0.11)
DARK = Theme(("#16150f", "#1f1e17"), 0.16)


def is_colour(text: str) -> bool:
    return bool(_HEX.fullmatch(text))


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def worst(accent: str, theme: Theme) -> float:
    """The least contrast that the accent has anywhere: as text, and on buttons with text in ``content_on``."""
    on_surfaces = (contrast(accent, surface) for surface in (*theme.surfaces, soft(accent, theme)))
    return min(*on_surfaces, contrast(accent, content_on(accent)))


def content_on(accent: str) -> str:
    """White or ink, whichever reads better on it."""
    return max((_WHITE, _INK), key=lambda colour: contrast(accent, colour))


def soft(accent: str, theme: Theme) -> str:
    """A surface with a breath of the accent."""
    paper, colour = _rgb(theme.surfaces[-1]), _rgb(accent)
    mixed = (round(base + (tint - base) * theme.soft) for base, tint in zip(paper, colour, strict=True))
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def _rgb(text: str) -> Rgb:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _luminance(text: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _rgb(text))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
