"""Covers for audio and video, and for training data."""

from math import cos, pi, sin
from random import Random

from marketplace.demo.art.canvas import Canvas, mix
from marketplace.demo.art.palettes import Palette
from marketplace.demo.art.parts import even_lines


def waveform(c: Canvas, p: Palette, rng: Random) -> None:
    """A recording."""
    step = rng.choice((12, 14, 17))
    pace, phase = rng.uniform(0.14, 0.3), rng.uniform(0, 6)
    marked = set(rng.sample(range(3, int(360 / step)), 3))
    for number in range(int(364 / step)):
        swell = 0.32 + 0.68 * abs(sin(number * pace + phase))
        half = max(9, 112 * swell * rng.uniform(0.35, 1.0))
        fill = p.accent if number in marked else mix(p.strong, p.second, 0.3 if p.dark else 0)
        c.rect(20 + number * step, 150 - half, step * 0.5, 2 * half, fill, step * 0.25)


def play(c: Canvas, p: Palette, rng: Random) -> None:
    """A film, ready to play."""
    c.rect(40, 40, 320, 186, p.ink, 16)
    sun_x = rng.uniform(90, 310)
    c.circle(sun_x, 104, rng.uniform(24, 36), p.second)
    c.pie(rng.uniform(100, 160), 226, rng.uniform(60, 84), 180, 360, mix(p.ink, p.second, 0.45))
    c.pie(rng.uniform(240, 300), 226, rng.uniform(50, 70), 180, 360, mix(p.ink, p.second, 0.25))
    c.rect(40, 224, 320, 6, p.ink)
    c.circle(200, 134, 40, p.paper)
    c.poly([(188, 112), (188, 156), (224, 134)], p.accent)
    c.rect(40, 250, 320, 9, mix(p.ground, p.ink, 0.25), 4.5)
    reach = rng.uniform(90, 240)
    c.rect(40, 250, reach, 9, p.accent, 4.5)
    c.circle(40 + reach, 254.5, 12, p.paper if p.dark else p.ink)


def record(c: Canvas, p: Palette, rng: Random) -> None:
    """A record, cut by the edge of the picture."""
    x, y, r = rng.choice((150, 170, 235)), rng.uniform(146, 164), rng.uniform(118, 132)
    c.circle(x, y, r, p.ink)
    for share in (0.86, 0.72, 0.58):
        c.ring(x, y, r * share, mix(p.ink, p.soft, 0.35), 2.4)
    c.circle(x, y, r * 0.4, p.accent)
    c.pie(x, y, r * 0.4, rng.uniform(0, 360), rng.uniform(0, 360), mix(p.accent, p.paper, 0.35))
    c.circle(x, y, 9, p.paper)
    side = 1 if x < 200 else -1
    c.line([(x + side * 170, 40), (x + side * 170, 128), (x + side * r * 0.72, y + 46)], p.second, 11)
    c.circle(x + side * 170, 44, 22, p.paper)


def microphone(c: Canvas, p: Palette, rng: Random) -> None:
    """A microphone with sound on both sides."""
    x = rng.uniform(186, 214)
    c.circle(x, 146, rng.uniform(112, 124), mix(p.ground, p.paper, 0.7 if not p.dark else 0.14))
    c.arc(x, 132, 62, 0, 180, p.second, 11)
    c.line([(x, 200), (x, 246)], p.second, 11)
    c.line([(x - 40, 250), (x + 40, 250)], p.second, 11)
    c.rect(x - 38, 42, 76, 132, p.ink if not p.dark else p.paper, 38)
    for row in range(3):
        c.rect(x - 20, 76 + row * 20, 40, 7, p.soft, 3.5)
    c.circle(x, 148, 8, p.accent)
    for side in (-1, 1):
        for number in range(3):
            half = (30, 18, 34)[number] * rng.uniform(0.6, 1.2)
            c.rect(
                x + side * (118 + number * 22) - 4.5,
                132 - half,
                9,
                2 * half,
                p.accent if number == 1 else p.second,
                4.5,
            )


def tracks(c: Canvas, p: Palette, rng: Random) -> None:
    """An editing timeline."""
    c.rect(24, 34, 352, 234, p.ink, 14)
    for number in range(18):
        c.rect(44 + number * 18, 48, 2.4, 12 if number % 4 == 0 else 7, p.soft)
    colours = [p.accent, p.second, p.paper, p.soft]
    for row in range(4):
        y, x = 76 + row * 46, 44 + rng.uniform(0, 40)
        while x < 330:
            w = min(rng.uniform(44, 130), 358 - x)
            fill = colours[row] if rng.random() < 0.8 else mix(colours[row], p.ink, 0.45)
            c.rect(x, y, w, 36, fill, 7)
            if row in (1, 3):
                _ripple(c, rng, (x, y, w), mix(fill, p.ink, 0.4))
            x += w + rng.choice((5, 5, 26))
    head = rng.uniform(120, 280)
    c.rect(head - 1.5, 44, 3.4, 224, p.paper)
    c.poly([(head - 10, 40), (head + 10, 40), (head, 58)], p.accent)


def _ripple(c: Canvas, rng: Random, clip: tuple[float, float, float], colour: str) -> None:
    x, y, w = clip
    for step in range(int((w - 16) / 7)):
        half = rng.uniform(3, 12)
        c.rect(x + 9 + step * 7, y + 18 - half, 3.4, 2 * half, colour, 1.7)


def captions(c: Canvas, p: Palette, rng: Random) -> None:
    """Somebody speaking, with captions."""
    c.rect(46, 34, 308, 232, p.paper, 16)
    x = rng.uniform(160, 240)
    c.pie(x, 196, 76, 180, 360, p.second)
    c.circle(x, 96, 38, mix(p.accent, p.paper, 0.25))
    c.pie(x, 92, 40, 180, 360, p.ink)
    c.rect(46, 196, 308, 70, p.ink, 16)
    c.rect(46, 196, 308, 24, p.ink)
    first = rng.uniform(150, 230)
    c.rect(200 - first / 2, 210, first, 13, p.paper, 6.5)
    second = rng.uniform(90, 170)
    c.rect(200 - second / 2, 234, second, 13, p.accent, 6.5)


def boxes(c: Canvas, p: Palette, rng: Random) -> None:
    """A scene with labelled boxes."""
    c.rect(36, 34, 328, 232, mix(p.ground, p.paper, 0.7), 10)
    sun = (rng.uniform(90, 310), rng.uniform(78, 96))
    c.circle(*sun, 24, mix(p.second, p.paper, 0.35))
    hill = rng.uniform(90, 150)
    c.pie(hill, 232, 82, 180, 360, mix(p.second, p.paper, 0.3))
    c.rect(36, 228, 328, 38, p.soft, 10)
    house = rng.uniform(206, 262)
    c.rect(house, 156, 76, 74, p.second)
    c.poly([(house - 8, 158), (house + 38, 116), (house + 84, 158)], p.ink)
    c.rect(house + 28, 192, 22, 38, p.paper)
    tree = rng.uniform(96, 150)
    c.rect(tree - 4, 190, 8, 42, p.ink)
    c.circle(tree, 176, 30, mix(p.second, p.ink, 0.35))
    _label_box(c, p, (house - 16, 106, 108, 130), p.accent)
    _label_box(c, p, (tree - 38, 136, 76, 102), p.ink)
    if rng.random() < 0.6:
        _label_box(c, p, (sun[0] - 32, sun[1] - 32, 64, 64), p.accent)


def _label_box(c: Canvas, p: Palette, box: tuple[float, float, float, float], colour: str) -> None:
    x, y, w, h = box
    c.frame(x, y, w, h, colour, 4)
    for u, v in ((x, y), (x + w, y), (x, y + h), (x + w, y + h)):
        c.rect(u - 6, v - 6, 12, 12, p.paper, 2)
        c.frame(u - 6, v - 6, 12, 12, colour, 3.2, 2)


def network(c: Canvas, p: Palette, rng: Random) -> None:
    """Nodes in layers."""
    layers = rng.choice(((3, 4, 4, 2), (2, 4, 3), (4, 3, 4, 1)))
    places = []
    for column, count in enumerate(layers):
        x = 60 + column * 280 / (len(layers) - 1)
        places.append([(x, 150 + (row - (count - 1) / 2) * 66) for row in range(count)])
    for left, right in zip(places, places[1:], strict=False):
        for first in left:
            for second in right:
                c.line([first, second], mix(p.ground, p.ink if not p.dark else p.soft, 0.3), 2.4)
    path = [rng.choice(layer) for layer in places]
    c.line(path, p.accent, 6)
    for layer in places:
        for x, y in layer:
            on = (x, y) in path
            c.circle(x, y, 22, p.accent if on else rng.choice((p.paper, p.second, p.paper)))
            c.circle(x, y, 8, p.paper if on else p.ink)


def clusters(c: Canvas, p: Palette, rng: Random) -> None:
    """Points that belong together."""
    middles = [(110.0, 110.0), (288.0, 96.0), (206.0, 216.0)]
    rng.shuffle(middles)
    for (x, y), colour in zip(middles, (p.accent, p.second, p.ink), strict=True):
        x, y = x + rng.uniform(-12, 12), y + rng.uniform(-8, 8)
        c.ellipse(x, y, rng.uniform(78, 90), rng.uniform(60, 68), mix(p.ground, p.paper, 0.75 if not p.dark else 0.16))
        for _ in range(13):
            turn, reach = rng.uniform(0, 2 * pi), rng.uniform(4, 50)
            dot = colour if not (p.dark and colour == p.ink) else p.paper
            c.circle(x + cos(turn) * reach * 1.25, y + sin(turn) * reach * 0.85, rng.uniform(6, 9.5), dot)
    for _ in range(4):
        c.ring(rng.uniform(30, 370), rng.uniform(30, 270), 8, p.ink if not p.dark else p.soft, 3)


def tagged_text(c: Canvas, p: Palette, rng: Random) -> None:
    """Text with marked words."""
    c.rect(44, 36, 312, 290, p.paper, 12)
    colours = [p.accent, p.second, p.ink]
    for row in range(6):
        u, y = 70.0, 66 + row * 42
        marked = rng.randrange(4)
        for word in range(5):
            w = rng.uniform(28, 70)
            if u + w > 332:
                break
            if word == marked:
                c.rect(u - 5, y - 9, w + 10, 30, rng.choice(colours), 9)
                c.rect(u + 4, y + 2, w - 8, 8, p.paper, 4)
            else:
                c.rect(u, y, w, 11, mix(p.paper, p.soft, 0.75), 5.5)
            u += w + 14


def comparison(c: Canvas, p: Palette, rng: Random) -> None:
    """Two answers, one preferred."""
    better = rng.randrange(2)
    for number in range(2):
        x, y = 36 + number * 170, 52 if number == better else 66
        c.rect(x, y, 158, 196 if number == better else 172, p.paper, 14)
        c.rect(x + 20, y + 24, 60, 12, p.accent if number == better else p.second, 6)
        even_lines(c, rng, (x + 20, y + 54, 118), 5, p.soft, gap=19, thick=8)
    x = 36 + better * 170 + 79
    c.circle(x, 244, 32, p.accent)
    c.check(x, 244, 30, p.paper, 7.5)


def mosaic(c: Canvas, p: Palette, rng: Random) -> None:
    """A picture in coarse pixels, becoming clear."""
    side, x_sun, y_sun = 25, rng.uniform(120, 280), rng.uniform(90, 130)
    for column in range(16):
        for row in range(12):
            x, y = column * side, row * side
            near = ((x + 12 - x_sun) ** 2 + (y + 12 - y_sun) ** 2) ** 0.5
            horizon = 190 + 26 * sin(column * 0.5 + x_sun)
            fill = p.accent if near < 58 else (p.paper if near < 92 else p.ground)
            if y > horizon:
                fill = p.second if y < horizon + 50 else p.ink
            jitter = rng.uniform(0, 0.16)
            c.rect(x + 1, y + 1, side - 2, side - 2, mix(fill, p.paper, jitter), 4)
