"""A small drawing board over Pillow: rounded shapes, drawn large and scaled down so that edges are smooth."""

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

Point = tuple[float, float]
_OVERSAMPLE = 2


def mix(first: str, second: str, share: float) -> str:
    """`first` with `share` (0 to 1) of `second` in it. Flat colours instead of transparency keep the files small."""
    one, two = _channels(first), _channels(second)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(one, two, strict=True))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


class Canvas:
    """All measures are units of the board; x grows to the right, y downwards."""

    def __init__(self, size: tuple[int, int], units: tuple[float, float], background: str) -> None:
        self._size = size
        self._scale = size[0] * _OVERSAMPLE / units[0]
        self.width, self.height = units
        self.image = Image.new("RGB", (size[0] * _OVERSAMPLE, size[1] * _OVERSAMPLE), background)
        self._draw = ImageDraw.Draw(self.image)

    def finish(self) -> Image.Image:
        """The picture in its final size."""
        return self.image.reduce(_OVERSAMPLE)

    def rect(self, x: float, y: float, w: float, h: float, fill: str, r: float = 0) -> None:
        if w <= 0 or h <= 0:
            return
        box = self._box(x, y, w, h)
        radius = min(r, w / 2, h / 2) * self._scale
        self._draw.rounded_rectangle(box, radius=radius, fill=fill)

    def top_rect(self, x: float, y: float, w: float, h: float, fill: str, r: float) -> None:
        """A rectangle with its upper corners rounded: title bars."""
        corners = (True, True, False, False)
        self._draw.rounded_rectangle(self._box(x, y, w, h), radius=r * self._scale, fill=fill, corners=corners)

    def frame(self, x: float, y: float, w: float, h: float, colour: str, thick: float, r: float = 0) -> None:
        width = max(1, round(thick * self._scale))
        self._draw.rounded_rectangle(self._box(x, y, w, h), radius=r * self._scale, outline=colour, width=width)

    def circle(self, x: float, y: float, r: float, fill: str) -> None:
        self._draw.ellipse(self._box(x - r, y - r, 2 * r, 2 * r), fill=fill)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: str) -> None:
        self._draw.ellipse(self._box(x - rx, y - ry, 2 * rx, 2 * ry), fill=fill)

    def ring(self, x: float, y: float, r: float, colour: str, thick: float) -> None:
        width = max(1, round(thick * self._scale))
        self._draw.ellipse(self._box(x - r, y - r, 2 * r, 2 * r), outline=colour, width=width)

    def pie(self, x: float, y: float, r: float, start: float, end: float, fill: str) -> None:
        """A slice; degrees run clockwise from three o'clock."""
        self._draw.pieslice(self._box(x - r, y - r, 2 * r, 2 * r), start, end, fill=fill)

    def chord(self, x: float, y: float, rx: float, ry: float, span: tuple[float, float], fill: str) -> None:
        """The part of an ellipse that a straight cut between two angles leaves."""
        first, last = span
        steps = [math.radians(first + (last - first) * number / 48) for number in range(49)]
        # Drawn as a polygon: Pillow's own chord leaves a stray bar where the cut is nearly level.
        self.poly([(x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in steps], fill)

    def arc(self, x: float, y: float, r: float, start: float, end: float, colour: str, thick: float) -> None:
        """An arc with round ends; `r` is the middle of the stroke."""
        outer = r + thick / 2
        width = max(1, round(thick * self._scale))
        self._draw.arc(self._box(x - outer, y - outer, 2 * outer, 2 * outer), start, end, fill=colour, width=width)
        for angle in (start, end):
            turn = math.radians(angle)
            self.circle(x + r * math.cos(turn), y + r * math.sin(turn), thick / 2, colour)

    def quarter(self, x: float, y: float, side: float, corner: int, fill: str) -> None:
        """A quarter circle filling the square at x, y; its centre lies in corner 0-3, clockwise from the upper left."""
        centre_x = x + (side if corner in (1, 2) else 0)
        centre_y = y + (side if corner in (2, 3) else 0)
        start = (0, 90, 180, 270)[corner]
        self.pie(centre_x, centre_y, side, start, start + 90, fill)

    def poly(self, points: Sequence[Point], fill: str) -> None:
        self._draw.polygon([(x * self._scale, y * self._scale) for x, y in points], fill=fill)

    def line(self, points: Sequence[Point], colour: str, thick: float) -> None:
        """A stroke with round joints and ends."""
        scaled = [(x * self._scale, y * self._scale) for x, y in points]
        self._draw.line(scaled, fill=colour, width=max(1, round(thick * self._scale)), joint="curve")
        for x, y in (points[0], points[-1]):
            self.circle(x, y, thick / 2, colour)

    def dashes(self, points: Sequence[Point], colour: str, thick: float) -> None:
        """Every other piece of a polyline."""
        for first, second in list(zip(points, points[1:], strict=False))[::2]:
            self.line([first, second], colour, thick)

    def turned_rect(self, x: float, y: float, w: float, h: float, degrees: float, fill: str) -> None:
        """A rectangle around its centre x, y, turned clockwise."""
        self.poly(turned([(-w / 2, -h / 2), (w / 2, -h / 2), (w / 2, h / 2), (-w / 2, h / 2)], x, y, degrees), fill)

    def letter(self, x: float, y: float, text: str, size: float, fill: str) -> None:
        """Text centred on x, y in the font that Pillow brings along."""
        font = ImageFont.load_default(size * self._scale)
        self._draw.text((x * self._scale, y * self._scale), text, fill=fill, font=font, anchor="mm")

    def check(self, x: float, y: float, size: float, colour: str, thick: float) -> None:
        points = [
            (x - size * 0.5, y + size * 0.02),
            (x - size * 0.12, y + size * 0.38),
            (x + size * 0.52, y - size * 0.4),
        ]
        self.line(points, colour, thick)

    def cross(self, x: float, y: float, size: float, colour: str, thick: float) -> None:
        half = size * 0.4
        self.line([(x - half, y - half), (x + half, y + half)], colour, thick)
        self.line([(x - half, y + half), (x + half, y - half)], colour, thick)

    def heart(self, x: float, y: float, size: float, fill: str) -> None:
        r = size * 0.27
        self.circle(x - r * 0.92, y - r * 0.4, r, fill)
        self.circle(x + r * 0.92, y - r * 0.4, r, fill)
        self.poly([(x - r * 1.76, y + r * 0.15), (x + r * 1.76, y + r * 0.15), (x, y + r * 2.0)], fill)
        self.rect(x - r * 0.9, y - r * 0.5, r * 1.8, r * 0.9, fill)

    def _box(self, x: float, y: float, w: float, h: float) -> tuple[float, float, float, float]:
        scale = self._scale
        return x * scale, y * scale, (x + w) * scale - 1, (y + h) * scale - 1


def turned(points: Sequence[Point], x: float, y: float, degrees: float) -> list[Point]:
    """`points` around the origin, turned and moved to x, y."""
    sin, cos = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return [(x + px * cos - py * sin, y + px * sin + py * cos) for px, py in points]


def bezier(a: Point, b: Point, c: Point, d: Point, steps: int = 40) -> list[Point]:
    """Points of a cubic curve from a to d."""
    curve: list[Point] = []
    for step in range(steps + 1):
        t = step / steps
        s = 1 - t
        weights = (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
        curve.append(
            (
                sum(weight * point[0] for weight, point in zip(weights, (a, b, c, d), strict=True)),
                sum(weight * point[1] for weight, point in zip(weights, (a, b, c, d), strict=True)),
            )
        )
    return curve
