"""Covers for data entry, spreadsheets and virtual assistance."""

from math import cos, pi, radians, sin
from random import Random

from marketplace.demo.art.canvas import Canvas, Point, mix
from marketplace.demo.art.palettes import Palette
from marketplace.demo.art.parts import even_lines, pin, tick_box


def check_list(c: Canvas, p: Palette, rng: Random) -> None:
    """A list being ticked off."""
    x = rng.uniform(62, 96)
    c.rect(x, 36, 246, 290, p.paper, 12)
    done = rng.randrange(2, 5)
    for row in range(5):
        y = 66 + row * 46
        tick_box(c, p, (x + 26, y), 28, done=row < done)
        c.rect(x + 70, y + 9, rng.uniform(80, 148), 10, p.soft if row < done else p.ink, 5)
    c.circle(x + 246, rng.uniform(50, 80), rng.uniform(22, 32), p.accent)


def index_cards(c: Canvas, p: Palette, rng: Random) -> None:
    """Record cards behind each other."""
    tabs = rng.sample([0, 1, 2, 3], 4)
    colours = [p.soft, p.second, mix(p.second, p.paper, 0.45), p.paper]
    for number, colour in enumerate(colours):
        y = 52 + number * 40
        c.rect(56 + tabs[number] * 66, y - 18, 74, 34, colour, 9)
        c.rect(48, y, 304, 260, colour, 10)
    c.rect(72, 200, rng.uniform(100, 170), 14, p.accent, 5)
    even_lines(c, rng, (72, 232, 230), 3, p.soft, gap=24, thick=8)


def sorting(c: Canvas, p: Palette, rng: Random) -> None:
    """Chaos on the left, order on the right."""
    colours = [p.accent, p.ink, p.second, p.paper]
    for _ in range(26):
        u, v = rng.uniform(20, 178), rng.uniform(26, 274)
        c.circle(u, v, rng.uniform(6, 13), rng.choice(colours))
    c.rect(206, 40, 170, 220, p.paper, 14)
    order = [p.accent, p.ink, p.second, p.soft]
    for row in range(6):
        for column in range(4):
            c.circle(232 + column * 39, 68 + row * 33, 11, order[column])


def keyboard(c: Canvas, p: Palette, rng: Random) -> None:
    """Keys."""
    c.rect(24, 60, 352, 190, p.ink, 18)
    called = {rng.randrange(30) for _ in range(3)}
    number = 0
    for row, (count, start) in enumerate(((9, 40), (9, 50), (8, 62))):
        width = (376 - start - 16) / count
        for key in range(count):
            colour = p.accent if number in called else (p.second if key in (0, count - 1) else p.paper)
            c.rect(start + key * width, 78 + row * 40, width - 7, 32, colour, 7)
            number += 1
    c.rect(46, 198, 50, 34, p.second, 7)
    c.rect(104, 198, 190, 34, p.paper, 7)
    c.rect(302, 198, 52, 34, p.accent, 7)


def form(c: Canvas, p: Palette, rng: Random) -> None:
    """A form with fields, one of them being filled in."""
    c.rect(52, 34, 296, 290, p.paper, 12)
    active = rng.randrange(3)
    for row in range(4):
        y = 60 + row * 62
        c.rect(76, y, rng.uniform(50, 96), 8, p.soft, 4)
        if row == active:
            c.frame(76, y + 16, 248, 32, p.accent, 3.6, 8)
            length = rng.uniform(70, 150)
            c.rect(90, y + 28, length, 8, p.ink, 4)
            c.rect(96 + length, y + 22, 3, 20, p.accent)
            continue
        c.rect(76, y + 16, 248, 32, mix(p.paper, p.soft, 0.28), 8)
        c.rect(90, y + 28, rng.uniform(60, 190), 8, p.second, 4)


def bars(c: Canvas, p: Palette, rng: Random) -> None:
    """Columns, one of them the one that matters."""
    count = rng.choice((7, 8, 9))
    width = 330 / count
    falling = rng.random() < 0.25
    marked = rng.randrange(count - 3, count)
    for number in range(count):
        place = count - 1 - number if falling else number
        height = 46 + 172 * (place / (count - 1)) ** rng.uniform(0.8, 1.2) + rng.uniform(-14, 14)
        colour = p.accent if number == marked else mix(p.second, p.strong, number / (count - 1) * 0.8)
        c.rect(36 + number * width, 282 - height, width * 0.68, height, colour, 5)
    c.circle(330 if falling else rng.uniform(70, 120), rng.uniform(64, 86), rng.uniform(28, 38), p.paper)


def heat_table(c: Canvas, p: Palette, rng: Random) -> None:
    """A table whose cells are tinted by their value."""
    c.rect(40, 40, 320, 224, p.paper, 12)
    c.top_rect(40, 40, 320, 36, p.ink, 12)
    for column in range(5):
        c.rect(54 + column * 62, 54, rng.uniform(22, 40), 8, p.soft, 4)
    row_marked, column_marked = rng.randrange(5), rng.randrange(1, 5)
    for row in range(5):
        y = 84 + row * 35
        c.rect(54, y + 10, rng.uniform(24, 42), 8, p.soft, 4)
        for column in range(1, 5):
            share = rng.choice((0.06, 0.16, 0.3, 0.5, 0.75))
            hit = (row, column) == (row_marked, column_marked)
            c.rect(48 + column * 62, y, 56, 29, p.accent if hit else mix(p.paper, p.second, share), 5)


def line_chart(c: Canvas, p: Palette, rng: Random) -> None:
    """A line that goes somewhere, over a lighter area."""
    c.rect(36, 40, 328, 226, p.paper, 14)
    points: list[Point] = []
    level = rng.uniform(196, 222)
    for number in range(7):
        points.append((62 + number * 46.0, level))
        level = max(74, level - rng.uniform(-14, 44))
    c.poly([(62, 246), *points, (338, 246)], mix(p.paper, p.second, 0.34))
    for row in range(4):
        c.rect(56, 86 + row * 42, 288, 2, mix(p.paper, p.soft, 0.4))
    c.line(points, p.ink, 6)
    for x, y in points[1:-1]:
        c.circle(x, y, 6.5, p.paper)
        c.circle(x, y, 4, p.ink)
    c.circle(*points[-1], 15, p.accent)
    c.circle(*points[-1], 6, p.paper)


def donut(c: Canvas, p: Palette, rng: Random) -> None:
    """A ring of shares with its legend."""
    left = rng.random() < 0.65
    x, y, r = (138 if left else 262), 150, 98
    cuts = sorted(rng.sample(range(50, 320, 18), 3))
    start = rng.uniform(-120, -40)
    edges = [0, *cuts, 360]
    colours = [p.accent, p.ink, p.second, p.paper]
    for colour, first, last in zip(colours, edges, edges[1:], strict=False):
        c.pie(x, y, r, start + first, start + last, colour)
    c.circle(x, y, r * rng.choice((0.5, 0.58)), p.ground)
    for row, colour in enumerate(colours):
        u = 266 if left else 34
        c.circle(u + 8, 90 + row * 40, 9, colour)
        c.rect(u + 28, 85 + row * 40, rng.uniform(44, 78), 10, p.soft, 5)


def stacked(c: Canvas, p: Palette, rng: Random) -> None:
    """Lying bars of three parts."""
    for row in range(5):
        y = 52 + row * 42
        total = rng.uniform(170, 316) if row else 316
        first, second = rng.uniform(0.25, 0.5), rng.uniform(0.2, 0.3)
        c.rect(42, y, total, 28, p.paper, 8)
        c.rect(42, y, total * (first + second), 28, p.second, 8)
        c.rect(42, y, total * first, 28, p.ink if row != 1 else p.accent, 8)
    c.rect(30, 40, 5, 226, p.strong, 2.5)


def calendar(c: Canvas, p: Palette, rng: Random) -> None:
    """A month with a few days taken."""
    c.rect(62, 48, 276, 224, p.paper, 16)
    c.top_rect(62, 48, 276, 48, p.accent, 16)
    for x in (118.0, 282.0):
        c.rect(x - 5, 34, 10, 32, p.ink, 5)
    taken = {rng.randrange(28) for _ in range(5)}
    chosen = rng.randrange(28)
    for day in range(28):
        x, y = 90 + day % 7 * 37.0, 124 + day // 7 * 38.0
        if day == chosen:
            c.circle(x, y, 16, p.ink)
            continue
        c.rect(x - 12, y - 12, 24, 24, p.second if day in taken else mix(p.paper, p.soft, 0.45), 7)


def envelope(c: Canvas, p: Palette, rng: Random) -> None:
    """A letter coming out of an envelope."""
    rise = rng.uniform(30, 58)
    c.rect(72, 120, 256, 152, mix(p.second, p.ink, 0.28), 12)
    c.rect(94, rise, 212, 190, p.paper, 8)
    even_lines(c, rng, (118, rise + 26, 160), 4, p.soft, gap=20, thick=8)
    c.poly([(72, 130), (200, 216), (328, 130), (328, 262), (72, 262)], p.second)
    c.rect(72, 236, 256, 36, p.second, 12)
    c.line([(82, 264), (164, 194)], mix(p.second, p.ink, 0.2), 3)
    c.line([(318, 264), (236, 194)], mix(p.second, p.ink, 0.2), 3)
    c.circle(rng.choice((86, 318)), rng.uniform(72, 110), rng.uniform(24, 32), p.accent)


def clock(c: Canvas, p: Palette, rng: Random) -> None:
    """A clock with the time that is left."""
    x, y, r = rng.uniform(150, 250), 150, 104
    c.circle(x, y, r, p.paper)
    start = rng.choice((-90, -60, 0))
    c.pie(x, y, r * 0.8, start, start + rng.choice((60, 90, 120, 150)), mix(p.paper, p.second, 0.6))
    for hour in range(12):
        turn = hour * pi / 6
        c.circle(
            x + cos(turn) * r * 0.86, y + sin(turn) * r * 0.86, 4.5 if hour % 3 else 7, p.soft if hour % 3 else p.ink
        )
    long, short = radians(start), radians(rng.uniform(120, 240))
    c.line([(x, y), (x + cos(long) * r * 0.66, y + sin(long) * r * 0.66)], p.ink, 8)
    c.line([(x, y), (x + cos(short) * r * 0.44, y + sin(short) * r * 0.44)], p.accent, 8)
    c.circle(x, y, 9, p.ink)
    for spot in rng.sample([(44, 56), (356, 60), (46, 248), (354, 244)], 2):
        c.quarter(spot[0] - 22, spot[1] - 22, 44, rng.randrange(4), p.accent)


def route(c: Canvas, p: Palette, rng: Random) -> None:
    """A way with stops."""
    stops = [
        (56, 236),
        (rng.uniform(120, 150), rng.uniform(120, 150)),
        (rng.uniform(220, 250), rng.uniform(190, 224)),
        (338, 108),
    ]
    c.circle(rng.uniform(120, 280), rng.uniform(60, 90), rng.uniform(46, 62), p.paper)
    c.ellipse(250, 300, 170, 62, mix(p.ground, p.second, 0.5))
    for first, second in zip(stops, stops[1:], strict=False):
        pieces = [
            (first[0] + (second[0] - first[0]) * n / 11, first[1] + (second[1] - first[1]) * n / 11) for n in range(12)
        ]
        c.dashes(pieces, p.strong, 5)
    for stop in stops[:-1]:
        c.circle(*stop, 13, p.ink)
        c.circle(*stop, 6, p.paper)
    pin(c, stops[-1], 84, p.accent, p.paper)


def notes(c: Canvas, p: Palette, rng: Random) -> None:
    """Sticky notes on a board."""
    colours = rng.sample([p.paper, p.accent, p.second, p.paper, p.ink, p.soft], 6)
    for number, colour in enumerate(colours):
        x, y = 88 + number % 3 * 112, 88 + number // 3 * 124
        degrees = rng.uniform(-7, 7)
        c.turned_rect(x + 4, y + 6, 92, 96, degrees, mix(p.ground, p.ink, 0.14))
        c.turned_rect(x, y, 92, 96, degrees, colour)
        line = mix(colour, p.ink if colour != p.ink else p.paper, 0.4)
        for row in range(3):
            c.turned_rect(x - (8 if row == 2 else 0), y - 20 + row * 20, 60 - (18 if row == 2 else 0), 7, degrees, line)
