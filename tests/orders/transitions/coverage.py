"""docs/transitions.md: every row of the table, how many transitions it holds, and how each column is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orders.states import NEW, TABLE, Action, Actor, State
from tests.orders.transitions.effects import NAMES
from tests.orders.transitions.frame import Cell, cells, way_of
from tests.orders.transitions.rows import CASES

PAGE = Path(__file__).parents[3] / "docs" / "transitions.md"
_HEAD = """# Transitions, and the tests that make them

Written by `WRITE_PAGES=1 ARGS=tests/orders/transitions/test_transitions.py make test`, which otherwise fails where the
page is out of step.

- **Shown**: how the test makes the transition: *page*, the form a person sends; *sweep*, the timer that has come;
  *payment fact*, what Stripe said. Then how many transitions (from, actor, to) the row holds, and how many of them a
  guard rules out, with the reason.
- **Denied**: pairs of state and actor in which the action is refused, and nothing in the database changes.
- **Money**: what the test compares, place by place and to the minor unit, before and after.
- **Timers**: exactly these stand afterwards.

| # | Action | Shown | Denied | Money | Timers |
|---|---|---|---|---|---|
"""


def denied(action: str) -> int:
    """Pairs of state and actor without a row for this action."""
    allowed = {
        (source, actor) for row in TABLE.rows if row.action == action for source in row.sources for actor in row.actors
    }
    return len([NEW, *State]) * len(Actor) - len(allowed)


def page() -> str:
    return _HEAD + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    for row in TABLE.rows:
        mine = [cell for cell in cells() if cell.number == row.number]
        case = CASES[row.number]
        done = [cell for cell in mine if not case.never(cell)]
        ruled_out = sorted({case.never(cell) for cell in mine} - {""})
        ways = ", ".join(sorted({way_of(cell) for cell in mine}))
        shown = f"{ways}: {len(done)}"
        if ruled_out:
            shown += f"; {len(mine) - len(done)} ruled out: {', '.join(ruled_out)}"
        parts = (row.number, _plain(row.action), shown, str(denied(row.action)), NAMES[case.money], _timers(done))
        assert all(parts), parts
        yield f"| {' | '.join(parts)} |"


def _timers(done: list[Cell]) -> str:
    sets = {", ".join(sorted(map(_plain, CASES[cell.number].timers(cell)))) or "none" for cell in done}
    return " or: ".join(sorted(sets)) if len(sets) <= 3 else f"those of the state ({len(sets)} sets)"


def _plain(name: str) -> str:
    return str(Action(name)).replace("_", " ")
