"""The state table for readers: a Markdown table and a Mermaid diagram, made from ``states.TABLE`` and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from orders.states import ACTIVE, ENDED, NEW, TABLE, State

_ALL = frozenset(State)
_GROUPS = ((_ALL - {State.PENDING_PAYMENT}, "any but pending payment"), (ACTIVE | {State.DISPUTED}, "active, disputed"))


def markdown() -> str:
    """One line per row of the table."""
    lines = ["| # | From | Action | Actor | Guard | To | Money | Timers |", "|---|---|---|---|---|---|---|---|"]
    for row in TABLE.rows:
        cells = (
            row.number,
            _sources(row.sources),
            _plain(row.action),
            ", ".join(sorted(row.actors)),
            row.guard,
            " or ".join(_plain(target) for target in row.targets) or "same",
            row.money,
            row.timers,
        )
        lines.append("| " + " | ".join(cell or "–" for cell in cells) + " |")
    return "\n".join(lines)


def diagram() -> str:
    """Changes of state only; what leaves an order where it is would hide them."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in TABLE.rows:
        for source, target in _changes(row.sources, row.targets):
            arrows.setdefault((source, target), []).append(_plain(row.action))
    lines = ["stateDiagram-v2"]
    lines += [
        f"    {source or '[*]'} --> {target}: {', '.join(actions)}" for (source, target), actions in arrows.items()
    ]
    lines += [f"    {state} --> [*]" for state in State if state in ENDED]
    return "\n".join(lines)


def _changes(sources: frozenset[str], targets: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    order = [NEW, *State]
    for source in sorted(sources, key=order.index):
        yield from ((source, target) for target in targets if target != source)


def _sources(sources: frozenset[str]) -> str:
    if sources == {NEW}:
        return "–"
    if sources == ACTIVE:
        return "any active"
    named = next((name for group, name in _GROUPS if sources == group), "")
    return named or ", ".join(_plain(state) for state in State if state in sources)


def _plain(name: str) -> str:
    return name.replace("_", " ")
