"""Covers for social media, search, testing and web fixes."""

from math import cos, radians, sin
from random import Random

from marketplace.demo.art.canvas import Canvas, mix
from marketplace.demo.art.palettes import Palette
from marketplace.demo.art.parts import bubble, even_lines, magnifier, phone, pin, star_points, window


def phone_post(c: Canvas, p: Palette, rng: Random) -> None:
    """A post on a phone, liked."""
    x = rng.uniform(90, 160)
    sx, sy, sw, _ = phone(c, p, x, 28, 150, 300)
    c.circle(sx + 20, sy + 20, 10, p.second)
    c.rect(sx + 38, sy + 16, 60, 8, p.soft, 4)
    c.rect(sx + 10, sy + 42, sw - 20, 116, p.second, 10)
    c.circle(sx + rng.uniform(40, 90), sy + 92, rng.uniform(20, 30), p.paper)
    c.pie(sx + rng.uniform(50, 80), sy + 158, 40, 180, 360, p.ink)
    c.heart(sx + 26, sy + 180, 26, p.accent)
    even_lines(c, rng, (sx + 10, sy + 206, sw - 24), 3, p.soft, gap=16, thick=6)
    side = x + 200 if x < 125 else x - 58
    for number, size in enumerate((58, 36, 24)):
        c.heart(side + (number % 2) * 30 - 8, 196 - number * 62, size, p.accent if number != 1 else p.paper)


def feed(c: Canvas, p: Palette, rng: Random) -> None:
    """A grid of pictures."""
    colours = [p.paper, p.accent, p.second, p.ink, p.paper, p.soft]
    for number in range(12):
        x, y = 22 + number % 4 * 91, 18 + number // 4 * 91
        fill = rng.choice(colours)
        c.rect(x, y, 82, 82, fill, 10)
        inner = rng.choice([colour for colour in (p.paper, p.accent, p.ink, p.second) if colour != fill])
        kind = rng.randrange(5)
        if kind == 0:
            c.circle(x + 41, y + 41, 22, inner)
        elif kind == 1:
            c.quarter(x + 12, y + 12, 58, rng.randrange(4), inner)
        elif kind == 2:
            even_lines(c, rng, (x + 16, y + 24, 50), 3, inner, gap=15, thick=7)
        elif kind == 3:
            c.heart(x + 41, y + 40, 46, inner)
        else:
            c.pie(x + 41, y + 60, 30, 180, 360, inner)
            c.circle(x + 56, y + 24, 8, inner)


def talk(c: Canvas, p: Palette, rng: Random) -> None:
    """A conversation running down the page."""
    flip = rng.random() < 0.5
    for number, width in enumerate((rng.uniform(150, 210), rng.uniform(120, 180), rng.uniform(90, 150))):
        right = (number % 2 == 0) == flip
        x = 356 - width if right else 44
        fill = (p.paper, p.accent, p.ink)[number]
        y = 30 + number * 88
        bubble(c, (x, y, width, 56), fill, tail="right" if right else "left")
        even_lines(c, rng, (x + 24, y + 24, width - 56), 1, p.soft if fill == p.paper else p.paper, thick=9)
        heart_x = x - 30 if right else x + width + 30
        if number != 1:
            c.heart(heart_x, y + 30, 34, p.accent if number == 0 else p.second)
        else:
            c.circle(heart_x, y + 28, 13, p.second)


def broadcast(c: Canvas, p: Palette, rng: Random) -> None:
    """Rings going out from one point."""
    x, y = rng.choice((70, 330)), rng.uniform(190, 240)
    for number, radius in enumerate((250, 200, 150, 100)):
        c.circle(x, y, radius, (mix(p.ground, p.paper, 0.45), mix(p.ground, p.second, 0.6), p.paper, p.second)[number])
    c.circle(x, y, 54, p.accent)
    c.circle(x, y, 20, p.paper)
    towards = -1 if x > 200 else 1
    for angle, distance, size in ((22, 178, 13), (52, 226, 18), (72, 176, 10), (8, 252, 12)):
        turn = radians(angle + rng.uniform(-8, 8))
        c.circle(x + towards * cos(turn) * distance, y - sin(turn) * distance, size, p.ink)


def story_cards(c: Canvas, p: Palette, rng: Random) -> None:
    """Upright frames, the middle one playing."""
    shift = rng.uniform(-8, 8)
    for x, colour in ((46, p.second), (258, p.ink)):
        c.rect(x + shift, 74, 96, 168, colour, 14)
        c.circle(x + 48 + shift, rng.uniform(124, 150), rng.uniform(20, 28), p.soft if colour == p.ink else p.paper)
        c.rect(x + 18 + shift, 206, rng.uniform(40, 60), 8, p.paper, 4)
    c.rect(136 + shift, 36, 128, 228, p.paper, 18)
    c.rect(146 + shift, 46, 108, 208, p.accent, 12)
    c.rect(156 + shift, 56, 88, 5, mix(p.accent, p.paper, 0.4), 2.5)
    c.rect(156 + shift, 56, rng.uniform(24, 70), 5, p.paper, 2.5)
    c.circle(200 + shift, 150, 34, p.paper)
    c.poly([(190 + shift, 132), (190 + shift, 168), (220 + shift, 150)], p.ink)


def results(c: Canvas, p: Palette, rng: Random) -> None:
    """A search field and what it finds."""
    c.rect(44, 34, 312, 50, p.paper, 25)
    magnifier(c, (74, 56), 11, p.ink, p.paper)
    c.rect(104, 54, rng.uniform(90, 170), 10, p.ink, 5)
    first = rng.choice((0, 0, 1))
    for row in range(3):
        y = 104 + row * 66
        c.rect(44, y, 312, 54, p.paper if row != first else p.accent, 10)
        bright = row == first
        c.rect(64, y + 14, rng.uniform(110, 200), 10, p.paper if bright else p.ink, 5)
        c.rect(64, y + 33, rng.uniform(150, 240), 7, mix(p.accent, p.paper, 0.55) if bright else p.soft, 3.5)
        if bright:
            c.poly(star_points(328, y + 27, 16), p.paper)


def looking_glass(c: Canvas, p: Palette, rng: Random) -> None:
    """A glass over a page."""
    c.rect(50, 36, 250, 290, p.paper, 10)
    for row in range(7):
        c.rect(76, 66 + row * 34, rng.uniform(90, 198), 11, p.soft, 5.5)
    x, y = rng.uniform(200, 262), rng.uniform(110, 160)
    magnifier(c, (x, y), 70, p.ink, mix(p.paper, p.second, 0.35))
    c.rect(x - 38, y - 24, 76, 14, p.accent, 7)
    c.rect(x - 38, y + 4, rng.uniform(40, 62), 12, p.ink, 6)


def podium(c: Canvas, p: Palette, rng: Random) -> None:
    """Places one to three."""
    order = rng.choice(((1, 0, 2), (2, 0, 1)))
    heights = (170, 122, 84)
    for column, place in enumerate(order):
        x, h = 58 + column * 98, heights[place]
        c.rect(x, 320 - h - 20, 88, h + 40, (p.ink, p.second, p.soft)[place], 10)
        c.letter(x + 44, 320 - h + 16, str(place + 1), 40, p.paper)
    c.poly(star_points(200, 78, rng.uniform(38, 46)), p.accent)
    for x in (70, 330):
        c.circle(x, rng.uniform(54, 110), rng.uniform(12, 22), p.paper)


def site_map(c: Canvas, p: Palette, rng: Random) -> None:
    """Pages hanging on one another."""
    leaves = rng.choice((3, 4))
    c.line([(200, 80), (200, 128)], p.soft, 4)
    marked = rng.randrange(leaves)
    width = 320 / leaves
    middles = [40 + width * (n + 0.5) for n in range(leaves)]
    c.line([(middles[0], 128), (middles[-1], 128)], p.soft, 4)
    for number, x in enumerate(middles):
        c.line([(x, 128), (x, 220)], p.soft, 4)
        for level, y in ((0, 150), (1, 214)):
            fill = p.accent if number == marked and level == 0 else (p.paper if level else p.second)
            c.rect(x - 31, y, 62, 44, fill, 9)
            line = p.soft if fill == p.paper else p.paper
            c.rect(x - 18, y + 14, 36, 6, line, 3)
            c.rect(x - 18, y + 25, rng.uniform(16, 30), 6, line, 3)
    c.rect(146, 38, 108, 54, p.ink, 12)
    c.rect(168, 56, 64, 8, p.paper, 4)
    c.rect(168, 70, 40, 8, p.soft, 4)


def town_map(c: Canvas, p: Palette, rng: Random) -> None:
    """Streets and a pin."""
    c.rect(0, 0, 400, 300, mix(p.ground, p.paper, 0.55))
    slope = rng.uniform(-30, 30)
    for x in (70.0, 190.0, 310.0):
        c.line([(x + slope, -10), (x - slope, 310)], p.ground, 18)
    for y in (64.0, 158.0, 246.0):
        c.line([(-10, y - slope * 0.3), (410, y + slope * 0.3)], p.ground, 18)
    park_x, park_y = rng.choice(((214, 76), (92, 170), (212, 170)))
    c.rect(park_x, park_y, 78, 66, p.second, 12)
    c.circle(park_x + 24, park_y + 30, 13, mix(p.second, p.paper, 0.4))
    c.circle(park_x + 52, park_y + 38, 9, mix(p.second, p.paper, 0.4))
    for x, y in rng.sample([(66.0, 132.0), (328.0, 232.0), (116.0, 258.0), (336.0, 84.0)], 2):
        pin(c, (x, y), 62, p.ink, p.paper)
    x, y = rng.uniform(170, 230), rng.uniform(166, 196)
    c.ellipse(x, y, 26, 9, mix(p.ground, p.ink, 0.3))
    pin(c, (x, y), 128, p.accent, p.paper)


def devices(c: Canvas, p: Palette, rng: Random) -> None:
    """A screen and a phone, both passed."""
    c.rect(38, 48, 248, 168, p.ink, 14)
    c.rect(48, 58, 228, 148, p.paper, 7)
    c.rect(140, 216, 44, 28, p.ink)
    c.rect(104, 240, 116, 12, p.ink, 6)
    c.rect(64, 76, 90, 58, p.second, 6)
    even_lines(c, rng, (168, 78, 92), 4, p.soft, gap=16, thick=7)
    even_lines(c, rng, (64, 150, 150), 2, p.soft, gap=18, thick=7)
    x = rng.uniform(256, 276)
    sx, sy, sw, sh = phone(c, p, x, 92, 92, 182)
    passed = rng.random() < 0.65
    c.circle(sx + sw / 2, sy + sh / 2 - 8, 26, p.accent)
    if passed:
        c.check(sx + sw / 2, sy + sh / 2 - 8, 26, p.paper, 6.5)
    else:
        c.cross(sx + sw / 2, sy + sh / 2 - 8, 28, p.paper, 6.5)


def beetle(c: Canvas, p: Palette, rng: Random) -> None:
    """A bug under the glass."""
    for column in range(9):
        for row in range(7):
            c.circle(24 + column * 44, 18 + row * 44, 2.6, mix(p.ground, p.ink, 0.22))
    x, y = rng.uniform(176, 210), rng.uniform(128, 142)
    magnifier(c, (x, y), 104, p.ink, p.paper)
    for side in (-1, 1):
        for number, angle in enumerate((-32, 4, 38)):
            turn = radians(angle)
            knee = (x + side * 44 * cos(turn), y + 6 + 44 * sin(turn))
            c.line([(x, y + 6), knee, (knee[0] + side * 16, knee[1] + (-8 if number == 0 else 10))], p.ink, 5)
    for side in (-1, 1):
        c.line([(x + side * 8, y - 38), (x + side * 20, y - 60)], p.ink, 4.5)
    c.circle(x, y - 30, 20, p.ink)
    c.ellipse(x, y + 12, 36, 44, p.accent)
    c.rect(x - 2, y - 30, 4, 84, p.ink, 2)
    for dx, dy in ((-17, -6), (17, -6), (-18, 22), (18, 22)):
        c.circle(x + dx, y + dy, rng.uniform(5.5, 8), p.ink)


def matrix(c: Canvas, p: Palette, rng: Random) -> None:
    """Passed and failed."""
    failed = {rng.randrange(20) for _ in range(rng.choice((1, 2, 3)))}
    for number in range(20):
        x, y = 60 + number % 5 * 70.0, 54 + number // 5 * 64.0
        if number in failed:
            c.circle(x, y, 25, p.ink)
            c.cross(x, y, 24, p.paper, 5.5)
            continue
        fill = (p.accent, p.second, p.paper)[(number * 7 + len(failed)) % 3]
        c.circle(x, y, 25, fill)
        c.check(x, y, 22, p.ink if fill == p.paper else p.paper, 5.5)


def contrast(c: Canvas, p: Palette, rng: Random) -> None:
    """Half and half: what one sees and what another sees."""
    left = rng.random() < 0.5
    c.rect(200 if left else 0, 0, 200, 300, p.ink)
    r = rng.uniform(84, 98)
    c.pie(200, 150, r, 90, 270, p.ink if left else p.paper)
    c.pie(200, 150, r, 270, 450, p.paper if left else p.ink)
    c.pie(200, 150, r * 0.52, 90, 270, p.paper if left else p.accent)
    c.pie(200, 150, r * 0.52, 270, 450, p.accent if left else p.paper)
    for n, x in enumerate((46, 46, 274, 274)):
        y = (52, 238)[n % 2]
        on_dark = (x > 200) == left
        c.rect(x, y, rng.uniform(50, 80), 10, p.paper if on_dark else p.ink, 5)


def journey(c: Canvas, p: Palette, rng: Random) -> None:
    """Screens in a row, a pointer on the last."""
    for number in range(3):
        x, y = 34.0 + number * 118, 66 + (number % 2) * rng.uniform(10, 26)
        c.rect(x, y, 96, 156, p.paper, 12)
        c.rect(x + 12, y + 14, 72, 50, (p.second, p.ink, p.soft)[number], 8)
        even_lines(c, rng, (x + 12, y + 78, 70), 2, p.soft, gap=16, thick=7)
        c.rect(x + 12, y + 122, 72, 22, p.accent if number == 2 else mix(p.paper, p.soft, 0.4), 11)
    x, y = rng.uniform(316, 330), rng.uniform(206, 222)
    c.poly(
        [(x, y), (x, y + 56), (x + 14, y + 44), (x + 24, y + 66), (x + 35, y + 61), (x + 25, y + 40), (x + 43, y + 39)],
        p.strong,
    )


def browser(c: Canvas, p: Palette, rng: Random) -> None:
    """A page with its picture and text."""
    window(c, p, (44, 50, 312, 280))
    picture_left = rng.random() < 0.6
    u, v = (70, 226) if picture_left else (186, 70)
    height = rng.uniform(94, 124)
    c.rect(u, 104, 144, height, p.accent, 6)
    c.circle(u + rng.uniform(34, 110), 104 + height / 2, rng.uniform(18, 28), mix(p.accent, p.paper, 0.3))
    even_lines(c, rng, (v, 108, 100), 5, p.soft, gap=20, thick=9)
    even_lines(c, rng, (70, 104 + height + 24, 260), 3, p.soft, gap=20, thick=9)


def code(c: Canvas, p: Palette, rng: Random) -> None:
    """Lines of code, one marked."""
    dark = p.ink if p.ground != p.ink else p.paper
    c.rect(46, 42, 308, 290, dark, 14)
    for dot in range(3):
        c.circle(70 + dot * 17, 64, 5, (p.accent, p.second, p.soft)[dot])
    marked, indent = rng.randrange(2, 7), 0
    for row in range(8):
        y = 92 + row * 26
        if row == marked:
            c.rect(46, y - 8, 308, 26, mix(dark, p.accent, 0.4))
        c.rect(64, y, 12, 9, mix(dark, p.soft, 0.5), 4.5)
        u = 92.0 + indent * 24
        for _ in range(rng.choice((1, 2, 2, 3))):
            length = rng.uniform(26, 76)
            if u + length > 336:
                break
            c.rect(u, y, length, 9, rng.choice((p.paper, p.second, p.soft, p.accent)), 4.5)
            u += length + 10
        indent = max(0, min(3, indent + rng.choice((-1, 0, 1, 1))))


def out_of_place(c: Canvas, p: Palette, rng: Random) -> None:
    """A layout with one block that has slipped."""
    window(c, p, (40, 36, 320, 300))
    slots = [(60, 82, 132, 84), (204, 82, 136, 84), (60, 178, 84, 84), (156, 178, 84, 84), (252, 178, 88, 84)]
    wrong = rng.randrange(5)
    for number, (x, y, w, h) in enumerate(slots):
        if number == wrong:
            c.frame(x + 2, y + 2, w - 4, h - 4, p.soft, 3.4, 8)
            continue
        c.rect(x, y, w, h, (p.second, mix(p.paper, p.soft, 0.5))[number % 2], 8)
    x, y, w, h = slots[wrong]
    tilt = rng.choice((-1, 1)) * rng.uniform(8, 14)
    c.turned_rect(x + w / 2 + rng.uniform(-14, 14), y + h / 2 + 14, w - 8, h - 8, tilt, p.accent)


def gauge(c: Canvas, p: Palette, rng: Random) -> None:
    """How fast."""
    x, y, r = 200, 204, rng.uniform(124, 136)
    c.arc(x, y, r, 180, 360, p.paper, 34)
    value = rng.uniform(296, 338)
    c.arc(x, y, r, 180, 180 + (value - 180) * 0.42, p.second, 34)
    c.arc(x, y, r, 180 + (value - 180) * 0.42, value, p.accent, 34)
    turn = radians(value)
    c.line([(x, y), (x + cos(turn) * r * 0.7, y + sin(turn) * r * 0.7)], p.strong, 11)
    c.circle(x, y, 18, p.strong)
    for number in range(3):
        c.rect(110 + number * 66, 250, 48, 11, p.strong if number == 0 else mix(p.ground, p.strong, 0.3), 5.5)


def toggles(c: Canvas, p: Palette, rng: Random) -> None:
    """Settings put right."""
    c.rect(70, 36, 260, 290, p.paper, 16)
    for row in range(4):
        y = 66 + row * 60
        on = rng.random() < 0.6 or row == 1
        c.rect(96, y + 6, rng.uniform(60, 100), 10, p.ink, 5)
        c.rect(96, y + 24, rng.uniform(40, 80), 7, p.soft, 3.5)
        c.rect(236, y, 68, 36, (p.accent if row == 1 else p.second) if on else mix(p.paper, p.soft, 0.55), 18)
        c.circle(286 if on else 254, y + 18, 13.5, p.paper)
