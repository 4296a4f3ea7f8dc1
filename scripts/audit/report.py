"""The tables as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True)
class Part:
    """One table. ``missed`` says in words which budget was missed, where and by how much."""

    title: str
    intro: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    missed: list[str] = field(default_factory=list)


INTRO = """# What pages are held to

`make audit` opens the pages of the demo in Chromium, measures them, writes this file, and ends with 1 where a budget is
missed. Nothing here is typed by hand but these lines and the ones above each table (`scripts/audit/`).
"""


def page(parts: Sequence[Part]) -> str:
    measured = f"Measured on {datetime.now(UTC):%d %B %Y}, {os.cpu_count()} cores, {platform.machine()}."
    return "\n".join([INTRO, measured, *(f"\n{written(part)}" for part in parts)]) + "\n"


def written(part: Part) -> str:
    lines = [f"## {part.title}", "", part.intro, "", *_table(part.head, part.rows), ""]
    verdict = ["**Missed:**", "", *(f"- {line}" for line in part.missed)] if part.missed else ["Every budget is met."]
    return "\n".join([*lines, *verdict])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]
