"""A drawing from outside, reduced to shapes: whatever could run, load or reach outside of it is gone.

It is shown by <img> alone, from a folder whose files get a sandbox of their own; this is the third lock on the door.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from marketplace.kernel.errors import InvalidInput

MAX_BYTES = 200_000
MAX_ELEMENTS = 2_000
MAX_DEPTH = 40
_SPACE = "http://www.w3.org/2000/svg"
_SHAPES = frozenset(
    [
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "defs",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "mask",
        "title",
        "desc",
        "symbol",
        "text",
        "tspan",
    ]
)
_ATTRIBUTES = frozenset(
    [
        "viewBox",
        "width",
        "height",
        "x",
        "y",
        "x1",
        "x2",
        "y1",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "d",
        "points",
        "transform",
        "id",
        "fill",
        "stroke",
        "opacity",
        "offset",
        "fill-opacity",
        "fill-rule",
        "clip-rule",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-miterlimit",
        "stroke-dasharray",
        "stroke-dashoffset",
        "stroke-opacity",
        "stop-color",
        "stop-opacity",
        "gradientUnits",
        "gradientTransform",
        "spreadMethod",
        "clip-path",
        "mask",
        "maskUnits",
        "clipPathUnits",
        "preserveAspectRatio",
        "fx",
        "fy",
        "font-family",
        "font-size",
        "font-weight",
        "text-anchor",
        "letter-spacing",
    ]
)
# Masks of what is masked itself, several levels deep, keep a browser busy for hours.
_COVERS, _COVERED = frozenset(["mask", "clipPath"]), frozenset(["mask", "clip-path"])
# Of a value: plain words and numbers, and references within the drawing.
_VALUE = re.compile(r"[\w\s.,#%()+/'-]*")
_REFERENCE = re.compile(r"url\(\s*(?!#)", re.IGNORECASE)
_DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def cleaned(data: bytes) -> bytes:
    """Raises InvalidInput at ``logo`` where it is no drawing, declares entities, or is far too large."""
    if len(data) > MAX_BYTES:
        raise _refused(_("The drawing is larger than 200 kB. Simplify it first."))
    # In UTF-16 and the like a declaration would not be seen below.
    if b"\x00" in data or _DECLARES.search(data):
        raise _refused(_("This drawing declares things of its own. Save it as plain SVG."))
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - without declarations there are no entities to unfold
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError) as error:
        raise _refused(_("This is no SVG drawing that we can read.")) from error
    if _local(root.tag) != "svg" or sum(1 for _one in root.iter()) > MAX_ELEMENTS:
        raise _refused(_("This is no SVG drawing that we can read."))
    ElementTree.register_namespace("", _SPACE)
    drawn: bytes = ElementTree.tostring(_copy(root, 0, _ATTRIBUTES), encoding="utf-8")
    return drawn


def _copy(element: ElementTree.Element, depth: int, allowed: frozenset[str]) -> ElementTree.Element:
    """A new element with what is allowed of this one; nothing is carried over that was not looked at."""
    copy = ElementTree.Element(f"{{{_SPACE}}}{_local(element.tag)}")
    if _local(element.tag) in _COVERS:
        allowed -= _COVERED
    for name, value in element.attrib.items():
        if name in allowed and _VALUE.fullmatch(value) and not _REFERENCE.search(value):
            copy.set(name, value)
    copy.text = element.text
    if depth < MAX_DEPTH:
        for child in element:
            if _local(child.tag) in _SHAPES:
                kept = _copy(child, depth + 1, allowed)
                kept.tail = child.tail
                copy.append(kept)
    return copy


def _local(tag: object) -> str:
    """Without the name space; empty for comments and for what is of another one."""
    if not isinstance(tag, str):
        return ""
    space, _brace, name = tag.rpartition("}")
    return name if space in ("", "{" + _SPACE) else ""


def _refused(message: str) -> InvalidInput:
    return InvalidInput(message, fields={"logo": message})
