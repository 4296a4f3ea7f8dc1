"""Portraits of people who do not exist: friendly, geometric, safe to crop to a circle."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal

from PIL import Image

from marketplace.demo.art.canvas import Canvas, bezier, mix

PORTRAIT_SIZE = (256, 256)
# Drawn with some air around and cropped, so that the face still reads in an avatar of 26 px.
_DRAWN_SIZE = (328, 328)
_CROP = (36, 28, 292, 284)
_SKIN_WEIGHTS = (4, 5, 5, 4, 3, 3, 2, 2)
_UNITS = (100.0, 100.0)

_GROUNDS = (
    "#f1c9a9", "#efc4cd", "#dde5d3", "#d6d7e5", "#cddbea", "#f2dcae", "#c8e4df",
    "#e3dcef", "#ecd8cf", "#e4ecc4", "#f4d3bd", "#cfe0e6", "#d2664b", "#3d5546", "#45386b", "#2f4a6b",
)  # fmt: skip
_SKINS = ("#f6d7bf", "#f2c9a8", "#e8b48d", "#d79d74", "#bd7f57", "#9c6342", "#7a4a30", "#5d3826")
_HAIRS = ("#2a211d", "#3b2a20", "#5a3b26", "#7d5230", "#a8713c", "#d0a05a", "#b3502b", "#8d8a86", "#d9d4cb", "#1e1e28")
_CLOTHES = (
    "#1f5d45",
    "#d9572b",
    "#2d4558",
    "#a8324e",
    "#e0ac47",
    "#5b4bb5",
    "#f5f0e4",
    "#3c7a63",
    "#8f3340",
    "#4c63c9",
)


@dataclass(frozen=True, slots=True)
class Look:
    """Colours of one person."""

    skin: str
    hair: str
    clothes: str
    ground: str

    @property
    def shade(self) -> str:
        return mix(self.skin, "#6b2f1d", 0.2)

    @property
    def line(self) -> str:
        return mix(self.skin, "#2a1712", 0.82)


Cut = Literal["any", "short", "long", "scarf"]
Hair = Callable[[Canvas, Look, Random], None]


def draw_portrait(
    seed: int, *, cut: Cut = "any", skins: tuple[int, int] = (0, 7), dark_hair: bool = False
) -> Image.Image:
    """A portrait of 256 x 256; the same arguments give the same person. `skins` bounds the tone, 0 light to 7 dark."""
    rng = Random(f"portrait:{seed}")  # noqa: S311 - pictures, not secrets
    look = _look(rng, skins, dark_hair=dark_hair)
    canvas = Canvas(_DRAWN_SIZE, _UNITS, look.ground)
    back, front = rng.choice(_choices(cut, look))
    back(canvas, look, rng)
    _body(canvas, look, rng)
    _head(canvas, look, rng)
    if cut in ("any", "short") and front in (_crop, _side_part, _bald, _quiff) and rng.random() < 0.45:
        _beard(canvas, look, rng)
    _face(canvas, look, rng)
    front(canvas, look, rng)
    if rng.random() < 0.28:
        _glasses(canvas, look)
    return canvas.finish().crop(_CROP)


def _look(rng: Random, skins: tuple[int, int], *, dark_hair: bool) -> Look:
    places = range(skins[0], skins[1] + 1)
    skin_place = rng.choices(places, weights=[_SKIN_WEIGHTS[place] for place in places])[0]
    # Dark skin with straw-blond hair would look like a wig; grey suits everybody.
    dark = (_HAIRS[0], _HAIRS[1], _HAIRS[2], _HAIRS[9], _HAIRS[7])
    hairs = dark[:4] if dark_hair else _HAIRS if skin_place < 4 else dark
    ground = rng.choice(_GROUNDS if skin_place < 6 else _GROUNDS[:12])
    clothes = rng.choice([colour for colour in _CLOTHES if colour != ground])
    return Look(_SKINS[skin_place], rng.choice(hairs), clothes, ground)


def _choices(cut: Cut, look: Look) -> tuple[tuple[Hair, Hair], ...]:
    if cut == "short":
        return _SHORT
    if cut == "scarf":
        return ((_back_scarf, _front_scarf),)
    full = _LONG if look.skin not in _SKINS[4:] else (*_LONG, (_back_afro, _hairline), (_back_afro, _hairline))
    return full if cut == "long" else (*_SHORT, *full)


def _nothing(c: Canvas, look: Look, rng: Random) -> None:
    """No hair behind the head."""


def _body(c: Canvas, look: Look, rng: Random) -> None:
    c.ellipse(50, 104, 37, 30, look.clothes)
    c.rect(42.5, 56, 15, 22, look.shade, 7)
    c.ellipse(50, 76, 10.5, 5.5, look.shade)
    kind = rng.randrange(4)
    trim = mix(look.clothes, "#fff7ea", 0.45) if look.clothes != "#f5f0e4" else "#c9bfa8"
    if kind == 0:
        c.poly([(39, 75), (50, 90), (50, 98), (35, 79)], trim)
        c.poly([(61, 75), (50, 90), (50, 98), (65, 79)], trim)
    elif kind == 1:
        c.arc(50, 74, 11.5, 8, 172, trim, 3)
    elif kind == 2:
        for row in range(3):
            c.rect(20, 86 + row * 6, 60, 2.2, trim)
        c.ellipse(50, 76, 10.5, 5.5, look.shade)
    else:
        c.ellipse(50, 77, 14, 8, mix(look.clothes, "#1d1a15", 0.16))
        c.rect(42.5, 60, 15, 16, look.shade, 7)


def _head(c: Canvas, look: Look, rng: Random) -> None:
    for side in (-1, 1):
        c.ellipse(50 + side * 17.6, 47, 3.4, 4.6, look.shade)
    c.ellipse(50, 45, 17.5, 20, look.skin)
    c.rect(32.5, 36, 35, 12, look.skin, 5)


def _face(c: Canvas, look: Look, rng: Random) -> None:
    gap = rng.uniform(6.8, 7.8)
    y = rng.uniform(45, 46.5)
    brow = mix(look.hair, look.line, 0.5)
    for side in (-1, 1):
        c.circle(50 + side * gap, y, 1.55, look.line)
        c.line([(50 + side * (gap - 2.6), y - 5.2), (50 + side * (gap + 2.4), y - 5.0)], brow, 1.3)
        c.ellipse(50 + side * 10.6, 53, 2.9, 1.9, mix(look.skin, "#d4523c", 0.2))
    c.line([(50, y + 1.5), (49, y + 5.6), (50.6, y + 5.8)], look.shade, 1.3)
    _smile(c, look, rng)


def _smile(c: Canvas, look: Look, rng: Random) -> None:
    if rng.random() < 0.3:
        c.chord(50, 55.4, 5.4, 4.6, (0, 180), "#fffaf2")
        return
    width = rng.uniform(4.2, 5.6)
    c.line(bezier((50 - width, 56.2), (50 - 2, 59.2), (50 + 2, 59.2), (50 + width, 56.2), 16), look.line, 1.35)


def _beard(c: Canvas, look: Look, rng: Random) -> None:
    tone = mix(look.hair, look.skin, rng.choice((0.0, 0.12, 0.5)))
    c.chord(50, 47, 17.6, 19.5, (4, 176), tone)
    c.ellipse(50, 49.5, 12.6, 7.6, look.skin)
    c.ellipse(50, 57, 7, 3.4, mix(tone, look.skin, 0.72))


def _glasses(c: Canvas, look: Look) -> None:
    for side in (-1, 1):
        c.ring(50 + side * 7.4, 46, 5.6, "#2a2320", 1.2)
        c.line([(50 + side * 13, 45.4), (50 + side * 17, 44.6)], "#2a2320", 1.2)
    c.line([(48.2, 45.2), (51.8, 45.2)], "#2a2320", 1.2)


def _cap(c: Canvas, look: Look, cut: float = 20) -> None:
    """Hair on top, ending in a straight line above the brows."""
    c.chord(50, 43, 18.8, 20.4, (180 + cut, 360 - cut), look.hair)


def _crop(c: Canvas, look: Look, rng: Random) -> None:
    _cap(c, look, rng.uniform(20, 28))
    for side in (-1, 1):
        c.rect(50 + side * 16.8 - 2, 34, 4, rng.uniform(6, 9), look.hair, 1.8)


def _side_part(c: Canvas, look: Look, rng: Random) -> None:
    side = rng.choice((-1, 1))
    c.poly(
        [
            *bezier((50 - side * 19, 42), (50 - side * 20, 14), (50 + side * 20, 14), (50 + side * 19, 42), 30),
            *bezier((50 + side * 17, 38), (50 + side * 6, 37), (50 - side * 4, 34), (50 - side * 9, 28), 16),
            *bezier((50 - side * 9, 28), (50 - side * 13, 32), (50 - side * 16, 35), (50 - side * 17, 42), 12),
        ],
        look.hair,
    )


def _quiff(c: Canvas, look: Look, rng: Random) -> None:
    _cap(c, look, 30)
    side = rng.choice((-1, 1))
    c.ellipse(50 + side * 4, 24.5, 15, 7, look.hair)
    c.ellipse(50 - side * 8, 28, 10, 6, look.hair)
    for flank in (-1, 1):
        c.rect(50 + flank * 17 - 1.8, 32, 3.6, 10, look.hair, 1.6)


def _bald(c: Canvas, look: Look, rng: Random) -> None:
    for side in (-1, 1):
        c.rect(50 + side * 17 - 1.7, 36, 3.4, 9, look.hair, 1.6)


def _fringe(c: Canvas, look: Look, rng: Random) -> None:
    _cap(c, look, rng.uniform(14, 20))


def _middle_part(c: Canvas, look: Look, rng: Random) -> None:
    for side in (-1, 1):
        c.poly(
            [
                *bezier((50, 22.4), (50 + side * 12, 21), (50 + side * 20, 28), (50 + side * 19, 50), 20),
                *bezier((50 + side * 16.6, 48), (50 + side * 15, 38), (50 + side * 6, 34), (50, 27), 16),
            ],
            look.hair,
        )


def _swept(c: Canvas, look: Look, rng: Random) -> None:
    side = rng.choice((-1, 1))
    c.poly(
        [
            *bezier((50 - side * 19, 50), (50 - side * 21, 16), (50 + side * 21, 14), (50 + side * 19, 46), 30),
            *bezier((50 + side * 16.5, 44), (50 + side * 15, 34), (50 + side * 6, 31), (50 + side * 5, 27), 14),
            *bezier((50 + side * 5, 27), (50 - side * 2, 36), (50 - side * 14, 36), (50 - side * 16.5, 50), 16),
        ],
        look.hair,
    )


def _curls(c: Canvas, look: Look, rng: Random) -> None:
    for x, y, r in (
        (36, 33, 6.5),
        (42, 27, 7),
        (50, 25.5, 7.4),
        (58, 27, 7),
        (64, 33, 6.5),
        (33, 40, 4.6),
        (67, 40, 4.6),
    ):
        c.circle(x + rng.uniform(-0.8, 0.8), y + rng.uniform(-0.8, 0.8), r, look.hair)


def _hairline(c: Canvas, look: Look, rng: Random) -> None:
    c.chord(50, 42.4, 17.8, 19, (200, 340), look.hair)


def _back_long(c: Canvas, look: Look, rng: Random) -> None:
    length = rng.uniform(36, 50)
    c.rect(29, 24, 42, length + 16, look.hair, 20)


def _back_bob(c: Canvas, look: Look, rng: Random) -> None:
    c.rect(29.5, 22, 41, rng.uniform(38, 43), look.hair, 17)


def _back_bun(c: Canvas, look: Look, rng: Random) -> None:
    c.circle(50 + rng.choice((-5, 0, 5)), 19.5, rng.uniform(7.5, 9), look.hair)
    c.ellipse(50, 41, 19, 19.5, look.hair)


def _back_afro(c: Canvas, look: Look, rng: Random) -> None:
    c.circle(50, 38, rng.uniform(26, 29), look.hair)


def _back_curls(c: Canvas, look: Look, rng: Random) -> None:
    for x, y in ((31, 40), (29, 50), (31, 60), (69, 40), (71, 50), (69, 60), (36, 31), (64, 31), (35, 68), (65, 68)):
        c.circle(x, y, rng.uniform(7, 8.6), look.hair)
    c.ellipse(50, 40, 20, 20, look.hair)


def _back_tail(c: Canvas, look: Look, rng: Random) -> None:
    side = rng.choice((-1, 1))
    c.poly(
        [
            *bezier((50 + side * 10, 24), (50 + side * 36, 22), (50 + side * 30, 52), (50 + side * 25, 70), 20),
            *bezier((50 + side * 21, 66), (50 + side * 22, 50), (50 + side * 20, 38), (50 + side * 8, 36), 14),
        ],
        look.hair,
    )


def _back_scarf(c: Canvas, look: Look, rng: Random) -> None:
    c.ellipse(50, 46, 24, 27, _scarf(look))


def _scarf(look: Look) -> str:
    return mix(look.clothes, look.ground, 0.35)


def _front_scarf(c: Canvas, look: Look, rng: Random) -> None:
    cloth = _scarf(look)
    c.chord(50, 43, 20, 22, (205, 335), cloth)
    for side in (-1, 1):
        c.poly(
            [
                *bezier((50 + side * 18, 32), (50 + side * 14, 42), (50 + side * 15, 58), (50, 66), 18),
                *bezier((50, 78), (50 + side * 20, 76), (50 + side * 26, 56), (50 + side * 21, 34), 18),
            ],
            cloth,
        )
    c.ellipse(50, 72, 17, 8, cloth)


_SHORT: tuple[tuple[Hair, Hair], ...] = (
    (_nothing, _crop),
    (_nothing, _side_part),
    (_nothing, _quiff),
    (_nothing, _curls),
    (_nothing, _side_part),
    (_nothing, _bald),
)
_LONG: tuple[tuple[Hair, Hair], ...] = (
    (_back_long, _middle_part),
    (_back_long, _swept),
    (_back_long, _fringe),
    (_back_bob, _fringe),
    (_back_bob, _swept),
    (_back_bob, _middle_part),
    (_back_bun, _hairline),
    (_back_bun, _swept),
    (_back_curls, _curls),
    (_back_curls, _swept),
    (_back_tail, _swept),
)
