"""Things that several covers share: sheets, windows, lines of text, bubbles."""

from math import cos, pi, sin
from random import Random

from marketplace.demo.art.canvas import Canvas, Point
from marketplace.demo.art.palettes import Palette


def text_lines(
    c: Canvas,
    rng: Random,
    box: tuple[float, float, float],
    count: int,
    colours: tuple[str, str],
    *,
    gap: float = 26,
    thick: float = 9,
) -> None:
    """`count` bars below x, y, at most `width` long; the first and one more in the second colour."""
    x, y, width = box
    marked = {0, rng.randrange(2, max(3, count))}
    for row in range(count):
        length = width * (rng.uniform(0.82, 1.0) if row == 0 else rng.uniform(0.35, 1.0))
        c.rect(x, y + row * gap, length, thick, colours[1] if row in marked else colours[0], thick / 2)


def even_lines(
    c: Canvas,
    rng: Random,
    box: tuple[float, float, float],
    count: int,
    colour: str,
    *,
    gap: float = 16,
    thick: float = 6,
) -> None:
    """A paragraph: full lines, the last one short."""
    x, y, width = box
    for row in range(count):
        share = rng.uniform(0.4, 0.7) if row == count - 1 else rng.uniform(0.88, 1.0)
        c.rect(x, y + row * gap, width * share, thick, colour, thick / 2)


def window(c: Canvas, p: Palette, box: tuple[float, float, float, float], *, bar: str = "", body: str = "") -> None:
    """A browser window: bar with two dots, body below."""
    x, y, w, h = box
    c.rect(x, y, w, h, body or p.paper, 12)
    c.top_rect(x, y, w, 28, bar or p.ink, 12)
    for dot in range(3):
        c.circle(x + 18 + dot * 15, y + 14, 4.2, p.soft if dot else p.accent)


def phone(c: Canvas, p: Palette, x: float, y: float, w: float, h: float) -> tuple[float, float, float, float]:
    """A phone; returns the box of its screen."""
    c.rect(x, y, w, h, p.ink, 20)
    c.rect(x + 7, y + 7, w - 14, h - 14, p.paper, 14)
    c.rect(x + w / 2 - 16, y + 12, 32, 6, p.ink, 3)
    return x + 7, y + 24, w - 14, h - 31


def bubble(c: Canvas, box: tuple[float, float, float, float], fill: str, *, tail: str = "left") -> None:
    """A speech bubble with its tail at the lower left or right."""
    x, y, w, h = box
    c.rect(x, y, w, h, fill, 24)
    foot = y + h - 4
    if tail == "left":
        c.poly([(x + 26, foot), (x + 62, foot), (x + 22, foot + 30)], fill)
        return
    c.poly([(x + w - 62, foot), (x + w - 26, foot), (x + w - 22, foot + 30)], fill)


def tick_box(c: Canvas, p: Palette, at: Point, size: float, *, done: bool) -> None:
    x, y = at
    if not done:
        c.frame(x, y, size, size, p.soft, 3.2, size * 0.26)
        return
    c.rect(x, y, size, size, p.second, size * 0.26)
    c.check(x + size / 2, y + size / 2, size * 0.52, p.paper, size * 0.14)


def magnifier(c: Canvas, at: Point, r: float, rim: str, glass: str) -> None:
    x, y = at
    reach = r * 0.72
    c.line([(x + reach, y + reach), (x + r * 1.65, y + r * 1.65)], rim, r * 0.27)
    c.circle(x, y, r, rim)
    c.circle(x, y, r * 0.8, glass)


def pin(c: Canvas, at: Point, size: float, fill: str, hole: str) -> None:
    """A map pin whose tip is at x, y."""
    x, y = at
    r = size * 0.36
    head = y - size + r
    c.poly([(x - r * 0.93, head + r * 0.38), (x + r * 0.93, head + r * 0.38), (x, y)], fill)
    c.circle(x, head, r, fill)
    c.circle(x, head, r * 0.42, hole)


def star_points(x: float, y: float, r: float) -> list[Point]:
    radii = (r, r * 0.46)
    return [(x + radii[n % 2] * sin(n * pi / 5), y - radii[n % 2] * cos(n * pi / 5)) for n in range(10)]
