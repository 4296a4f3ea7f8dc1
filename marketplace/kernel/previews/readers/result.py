"""What a reader hands back, as plain JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class NoPreview(Exception):
    """There is none; the argument says why: ``broken``, ``too_large``, ``password``; more where a reader names them."""


@dataclass(slots=True)
class Result:
    """``left_out`` names what is not shown: rows, columns, sheets, cells, pages, pictures, frames, text."""

    content: dict[str, Any]
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Job:
    source: Path
    folder: Path  # for pictures: 1.webp, 2.webp …
    kind: str
    ending: str
    watermark: str = ""
    options: dict[str, Any] = field(default_factory=dict)  # of the kind's reader
