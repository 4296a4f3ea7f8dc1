"""docs/states.md: every situation of an order with what each side reads, and the pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.screens.looking import WIDTHS, Seen
from tests.screens.situations import SITUATIONS
from tests.screens.stage import BUYER, MODERATOR, QUEUE, SELLER

DOCS = Path(__file__).parents[2] / "docs"
PAGE, PICTURES = DOCS / "states.md", DOCS / "screenshots" / "states"
_SHOWN = {390: 220, 1280: 560}
_HEAD = """# Every situation of an order

What both sides see in each state of an order, and in what lies over the states: late, paused, proposed, on hold,
claimed by the bank, disputed. Where staff decide, their workspace stands below. Tom sells, Bea buys, Mona moderates.

`make states` writes this page and its pictures. `tests/screens` opens every page shown here in Chromium, at
390 and 1280 pixels and in both themes, and fails where one has an error in its console, scrolls sideways, cuts a text,
covers a button, shows an empty panel, a countdown of nothing or more than two filled buttons; where a state, a phase
of a dispute or a kind of proposal is missing; and where a word, a sentence or a button is not the one below.
"""


def page(seen: Mapping[str, Mapping[str, Seen]]) -> str:
    """``seen``: by situation, by side."""
    parts = [_HEAD, *(_section(one.name, one.title, seen[one.name]) for one in SITUATIONS)]
    return "\n".join([*parts, _section(QUEUE, "The moderators' queue", seen[QUEUE])])


def _section(name: str, title: str, seen: Mapping[str, Seen]) -> str:
    rows = (_row(name, side, seen[side]) for side in (BUYER, SELLER, MODERATOR) if side in seen)
    return "\n".join([f"## {title}", "", "| | It says | 390 px | 1280 px |", "|---|---|---|---|", *rows, ""])


def _row(name: str, side: str, seen: Seen) -> str:
    pictures = " | ".join(_pictures(name, side))
    return f"| {side} | {' '.join(_says(seen))} | {pictures} |"


def _says(seen: Seen) -> Iterator[str]:
    if seen.word:
        yield f"*{seen.word}.*"
    yield seen.sentence
    yield from (f"`{button}`" for button in seen.buttons)


def _pictures(name: str, side: str) -> Iterator[str]:
    for width in WIDTHS:
        yield f'<img src="screenshots/states/{name}-{side}-{width}.webp" width="{_SHOWN[width]}" alt="">'
