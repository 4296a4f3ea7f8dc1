"""Covers for design, writing and translation."""

from collections.abc import Callable
from math import cos, pi, radians, sin
from random import Random

from marketplace.demo.art.canvas import Canvas, bezier, mix
from marketplace.demo.art.palettes import Palette
from marketplace.demo.art.parts import bubble, even_lines, text_lines


def tiles(c: Canvas, p: Palette, rng: Random) -> None:
    """A wall of quarter and half circles."""
    side = rng.choice((75, 100, 100))
    colours = [p.accent, p.ink, p.paper, p.second, p.paper, p.soft]
    for column in range(int(400 / side) + 1):
        for row in range(int(300 / side)):
            _tile(c, p, rng, (column * side, row * side, side), colours)


def _tile(c: Canvas, p: Palette, rng: Random, square: tuple[float, float, float], colours: list[str]) -> None:
    x, y, side = square
    kind = rng.choice(("empty", "empty", "quarter", "quarter", "quarter", "circle", "leaf", "square", "half"))
    first, second = rng.sample(colours, 2)
    if kind in ("quarter", "leaf"):
        c.quarter(x, y, side, rng.randrange(4), first)
    if kind == "leaf":
        c.quarter(x, y, side * 0.5, rng.randrange(4), mix(first, p.ground, 0.75))
    if kind == "circle":
        c.circle(x + side / 2, y + side / 2, side * rng.choice((0.5, 0.34)), first)
    if kind == "square":
        c.rect(x, y, side, side, first)
        c.circle(x + side / 2, y + side / 2, side * 0.26, second if second != first else p.ground)
    if kind == "half":
        turn = rng.choice((0, 90, 180, 270))
        c.pie(x + side / 2, y + side / 2, side / 2, turn, turn + 180, first)


def floating(c: Canvas, p: Palette, rng: Random) -> None:
    """One large shape at rest, a few small ones around it."""
    x, y = rng.uniform(110, 190), rng.uniform(70, 120)
    side = rng.uniform(110, 150)
    big = rng.randrange(3)
    if big == 0:
        c.quarter(x, y, side, rng.randrange(4), p.paper)
    elif big == 1:
        c.circle(x + side / 2, y + side * 0.75, side * 0.66, p.paper)
    else:
        c.rect(x, y, side, side, p.paper, rng.choice((0, 18)))
        c.quarter(x, y, side * 0.6, 0, p.second)
    spots = [(52, 60), (338, 62), (62, 240), (340, 236), (300, 150)]
    rng.shuffle(spots)
    makers: list[Callable[[float, float], None]] = [
        lambda u, v: c.quarter(u - 24, v - 24, 50, rng.randrange(4), p.accent),
        lambda u, v: c.circle(u, v, 24, p.ink),
        lambda u, v: c.rect(u - 28, v - 28, 56, 56, p.soft),
        lambda u, v: c.ring(u, v, 26, p.accent, 9),
        lambda u, v: c.pie(u, v, 32, 180, 360, p.ink),
    ]
    for (u, v), maker in zip(spots[:4], rng.sample(makers, 4), strict=True):
        maker(u + rng.uniform(-14, 14), v + rng.uniform(-12, 12))


def pen_curve(c: Canvas, p: Palette, rng: Random) -> None:
    """A vector curve with its handles."""
    c.circle(rng.uniform(120, 280), 150, rng.uniform(84, 110), p.paper)
    a, d = (48, rng.uniform(190, 250)), (352, rng.uniform(60, 120))
    b, e = (rng.uniform(90, 150), rng.uniform(10, 60)), (rng.uniform(240, 310), rng.uniform(240, 290))
    c.line([a, b], p.soft, 3)
    c.line([d, e], p.soft, 3)
    c.line(bezier(a, b, e, d), p.accent, rng.choice((9, 11, 13)))
    for x, y in (b, e):
        c.circle(x, y, 8, p.second)
    for x, y in (a, d):
        c.rect(x - 11, y - 11, 22, 22, p.ink, 3)
        c.rect(x - 5.5, y - 5.5, 11, 11, p.paper, 1)


def swatches(c: Canvas, p: Palette, rng: Random) -> None:
    """A fan of colour cards."""
    colours = [p.ink, p.second, p.accent, p.soft, p.paper]
    start = rng.uniform(-47, -41)
    step = rng.uniform(19, 23)
    for number, colour in enumerate(colours):
        degrees = start + number * step
        _card(c, p, degrees, colour)
    c.circle(200, 292, 13, p.ground)
    c.ring(200, 292, 13, p.ink, 4)


def _card(c: Canvas, p: Palette, degrees: float, colour: str) -> None:
    reach = 142
    x, y = 200 + reach * sin(radians(degrees)), 300 - reach * cos(radians(degrees))
    c.turned_rect(x, y, 78, 236, degrees, mix(p.ground, p.ink, 0.16))
    c.turned_rect(x, y, 74, 232, degrees, colour)
    foot_x, foot_y = 200 + 60 * sin(radians(degrees)), 300 - 60 * cos(radians(degrees))
    c.turned_rect(foot_x, foot_y, 44, 8, degrees, mix(colour, p.ink if colour != p.ink else p.paper, 0.35))


def mark(c: Canvas, p: Palette, rng: Random) -> None:
    """A business card with a mark on it."""
    c.rect(74, 62, 264, 176, mix(p.ground, p.ink, 0.14), 14)
    c.rect(66, 54, 264, 176, p.paper, 14)
    x, y, s = 92, 82, rng.choice((40, 46))
    corners = [rng.randrange(4) for _ in range(4)]
    colours = rng.sample([p.accent, p.ink, p.second, p.accent], 4)
    for number, (dx, dy) in enumerate(((0, 0), (s, 0), (0, s), (s, s))):
        c.quarter(x + dx, y + dy, s, corners[number], colours[number])
    even_lines(c, rng, (214, 92, 92), 3, p.soft, gap=22, thick=8)
    c.rect(92, 194, rng.uniform(60, 130), 9, p.ink, 4.5)


def page(c: Canvas, p: Palette, rng: Random) -> None:
    """A sheet with a sun at its corner."""
    x, w = rng.uniform(34, 70), rng.uniform(270, 320)
    c.rect(x, 38, w, 290, p.paper, 9)
    text_lines(c, rng, (x + 24, 72, w - 48), 8, (p.soft, p.accent))
    c.circle(x + w - rng.choice((0, 20, w - 10)), rng.uniform(52, 76), rng.uniform(34, 44), p.accent)


def two_sheets(c: Canvas, p: Palette, rng: Random) -> None:
    """Two sheets, one lying askew below the other."""
    c.turned_rect(225, 170, 220, 270, rng.choice((-1, 1)) * rng.uniform(6, 12), p.second)
    x = rng.uniform(78, 108)
    c.rect(x, 40, 218, 280, p.paper, 8)
    c.rect(x + 24, 68, rng.uniform(90, 140), 16, p.ink, 4)
    even_lines(c, rng, (x + 24, 106, 168), 4, p.soft, gap=18, thick=7)
    even_lines(c, rng, (x + 24, 196, 168), 5, p.soft, gap=18, thick=7)
    marked = rng.choice((106, 124, 196, 214))
    c.rect(x + 20, marked - 5, rng.uniform(80, 150), 17, p.accent, 4)


def quote(c: Canvas, p: Palette, rng: Random) -> None:
    """Large quotation marks above a few lines."""
    x = rng.uniform(56, 90)
    second = p.accent if rng.random() < 0.5 else p.ink
    for left, colour in ((x, p.accent), (x + 88, second)):
        c.circle(left + 35, 95, 35, colour)
        c.rect(left + 35, 60, 35, 35, colour)
    even_lines(c, rng, (x, 168, rng.uniform(220, 270)), rng.choice((3, 4)), p.paper, gap=30, thick=13)
    c.circle(rng.uniform(310, 350), rng.uniform(60, 100), rng.uniform(20, 34), p.second)


def pencil(c: Canvas, p: Palette, rng: Random) -> None:
    """A pencil drawing a line."""
    c.rect(44, 56, 312, 260, p.paper, 12)
    for row in range(5):
        c.rect(44, 104 + row * 42, 312, 2.5, mix(p.paper, p.soft, 0.5))
    waves = [(66 + n * 4.0, 176 + 19 * _wave(n, 0.42)) for n in range(44)]
    c.line(waves, p.second, 8)
    x, y = waves[-1]
    lean = rng.uniform(0.55, 0.8)
    _pencil_body(c, p, (x, y), lean)


def _wave(n: int, pace: float) -> float:
    return sin(n * pace) * (0.5 + 0.5 * sin(n * 0.11))


def _pencil_body(c: Canvas, p: Palette, tip: tuple[float, float], lean: float) -> None:
    x, y = tip
    dx, dy = lean, -1.0
    nx, ny = 1.0 * 15 / (1 + lean * lean) ** 0.5, lean * 15 / (1 + lean * lean) ** 0.5
    a, b, end = 34, 150, 190
    c.poly(
        [(x, y), (x + dx * a - nx, y + dy * a - ny), (x + dx * a + nx, y + dy * a + ny)], mix(p.paper, p.accent, 0.25)
    )
    c.poly(
        [
            (x, y),
            (x + dx * 11 - nx * 0.33, y + dy * 11 - ny * 0.33),
            (x + dx * 11 + nx * 0.33, y + dy * 11 + ny * 0.33),
        ],
        p.ink,
    )
    for start, stop, colour in ((a, b, p.accent), (b, b + 14, p.ink), (b + 14, end, p.second)):
        c.poly(
            [
                (x + dx * start - nx, y + dy * start - ny),
                (x + dx * stop - nx, y + dy * stop - ny),
                (x + dx * stop + nx, y + dy * stop + ny),
                (x + dx * start + nx, y + dy * start + ny),
            ],
            colour,
        )


def columns(c: Canvas, p: Palette, rng: Random) -> None:
    """A newspaper page: headline, picture, columns."""
    c.rect(48, 34, 304, 290, p.paper, 6)
    c.rect(70, 58, rng.uniform(180, 250), 20, p.ink, 4)
    left = rng.random() < 0.5
    picture = 70 if left else 212
    c.rect(picture, 98, 118, 86, p.second, 5)
    c.circle(picture + rng.uniform(34, 86), 141, rng.uniform(20, 30), p.accent)
    even_lines(c, rng, (212 if left else 70, 100, 118), 6, p.soft, gap=16, thick=6)
    even_lines(c, rng, (70, 206, 118), 7, p.soft, gap=16, thick=6)
    even_lines(c, rng, (212, 206, 118), 7, p.soft, gap=16, thick=6)


def two_bubbles(c: Canvas, p: Palette, rng: Random) -> None:
    """Two voices."""
    lower, upper = rng.uniform(118, 136), rng.uniform(36, 52)
    bubble(c, (40, upper, rng.uniform(178, 210), 116), p.paper, tail="left")
    bubble(c, (178, lower, 186, 112), p.accent if rng.random() < 0.6 else p.ink, tail="right")
    if rng.random() < 0.5:
        even_lines(c, rng, (66, upper + 30, 130), 3, p.soft, gap=22, thick=9)
        even_lines(c, rng, (206, lower + 28, 130), 3, p.paper, gap=22, thick=9)
        return
    _accented(c, (118, upper + 58), "a", 78, p.ink, rng)
    _accented(c, (271, lower + 56), rng.choice("aouen"), 78, p.paper, rng)


def _accented(c: Canvas, at: tuple[float, float], letter: str, size: float, colour: str, rng: Random) -> None:
    """A letter with a sign above it, as other alphabets have them."""
    x, y = at
    c.letter(x, y, letter, size, colour)
    top = y - size * 0.36
    sign = rng.randrange(4)
    if sign == 0:
        c.circle(x - size * 0.13, top, size * 0.06, colour)
        c.circle(x + size * 0.13, top, size * 0.06, colour)
    elif sign == 1:
        c.line([(x - size * 0.06, top + size * 0.03), (x + size * 0.12, top - size * 0.09)], colour, size * 0.08)
    elif sign == 2:
        c.ring(x, top - size * 0.03, size * 0.1, colour, size * 0.05)
    else:
        c.line([(x - size * 0.14, top + 2), (x, top - size * 0.1), (x + size * 0.14, top + 2)], colour, size * 0.07)


def facing_pages(c: Canvas, p: Palette, rng: Random) -> None:
    """Original and translation, with an arrow between."""
    height = rng.uniform(196, 220)
    top = (300 - height) / 2
    c.rect(38, top, 150, height, p.paper, 8)
    c.rect(212, top, 150, height, p.paper, 8)
    rows = int((height - 50) / 24)
    for x, colour in ((58, p.soft), (232, p.second)):
        c.rect(x, top + 24, rng.uniform(60, 90), 14, p.ink, 4)
        for row in range(1, rows):
            share = rng.uniform(0.55, 1.0)
            c.rect(x, top + 28 + row * 24, 110 * share, 8, colour, 4)
    c.circle(200, 150, 32, p.accent)
    c.line([(187, 150), (212, 150)], p.paper, 5)
    c.line([(203, 140), (213, 150), (203, 160)], p.paper, 5)


def globe(c: Canvas, p: Palette, rng: Random) -> None:
    """A globe with a bubble beside it."""
    x, y, r = rng.uniform(140, 180), 158, rng.uniform(92, 104)
    c.circle(x, y, r, p.second)
    for turn in range(3):
        _land(c, p, (x, y, r), rng, turn)
    for share in (0.36, 0.82):
        _meridian(c, (x, y), r, share, p.paper)
    c.line([(x - r, y), (x + r, y)], p.paper, 3.4)
    c.ring(x, y, r, p.ink, 6)
    bubble(c, (x + r * 0.42, 34, 128, 78), p.accent, tail="left")
    even_lines(c, rng, (x + r * 0.42 + 24, 58, 80), 2, p.paper, gap=20, thick=8)


def _land(c: Canvas, p: Palette, ball: tuple[float, float, float], rng: Random, turn: int) -> None:
    x, y, r = ball
    dx, dy = ((-0.42, -0.36), (0.34, 0.08), (-0.2, 0.46))[turn]
    size = rng.uniform(0.2, 0.3) * r
    c.ellipse(x + dx * r, y + dy * r, size * 1.35, size, mix(p.second, p.paper, 0.4))


def _meridian(c: Canvas, at: tuple[float, float], r: float, share: float, colour: str) -> None:
    x, y = at
    c.line([(x + r * share * cos(n * pi / 24), y + r * sin(n * pi / 24)) for n in range(49)], colour, 3.4)


def letter_tiles(c: Canvas, p: Palette, rng: Random) -> None:
    """Letters on tiles, like a game."""
    letters = rng.sample(list("ABDEGHKLMNORSTUZ"), 12)
    colours = [p.paper, p.paper, p.paper, p.accent, p.ink, p.second]
    picks = [rng.choice(colours) for _ in range(12)]
    picks[rng.randrange(12)] = p.accent
    for number, letter in enumerate(letters):
        x, y = 46 + number % 4 * 80, 33 + number // 4 * 80
        fill = picks[number]
        c.rect(x, y, 68, 68, fill, 12)
        c.letter(x + 34, y + 34, letter, 42, p.ink if fill == p.paper else p.paper)


def text_lines_pair(c: Canvas, p: Palette, rng: Random) -> None:
    """Subtitles: a scene with two lines below."""
    c.rect(40, 40, 320, 220, p.ink, 14)
    c.circle(rng.uniform(110, 290), rng.uniform(96, 118), rng.uniform(28, 42), p.accent)
    hill = rng.uniform(150, 260)
    c.pie(hill, 208, 96, 180, 360, p.second)
    c.pie(400 - hill, 208, 66, 180, 360, mix(p.second, p.ink, 0.35))
    c.rect(40, 206, 320, 54, p.ink, 14)
    first, second = rng.uniform(150, 230), rng.uniform(90, 180)
    c.rect(200 - first / 2, 212, first, 12, p.paper, 6)
    c.rect(200 - second / 2, 234, second, 12, mix(p.paper, p.soft, 0.5), 6)
