"""A state machine as a table of rows, and the one typed error for what the table does not hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from marketplace.kernel.errors import DomainError


class IllegalTransition(DomainError):
    """No row of the table allows this action by this actor in this state; nothing was changed."""

    def __init__(self, state: str, action: str, actor: str) -> None:
        super().__init__(f"{actor} cannot {action} while {state}", code="illegal_transition")
        self.state, self.action, self.actor = state, action, actor


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: from these states, this action by these actors leads to one of these states."""

    number: str
    sources: frozenset[str]
    action: str
    actors: frozenset[str]
    targets: tuple[str, ...]  # an empty tuple: the state stays
    guard: str = ""
    money: str = ""
    timers: str = ""


@dataclass(frozen=True)
class Table:
    """Rows looked up by (state, action); several rows may share one when actors differ."""

    rows: tuple[Transition, ...]
    _index: dict[tuple[str, str], tuple[Transition, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        index: dict[tuple[str, str], tuple[Transition, ...]] = {}
        for row in self.rows:
            for source in row.sources:
                index[source, row.action] = (*index.get((source, row.action), ()), row)
        object.__setattr__(self, "_index", index)

    def find(self, state: str, action: str, actor: str) -> Transition:
        """The row that allows it. Raises IllegalTransition."""
        for row in self._index.get((state, action), ()):
            if actor in row.actors:
                return row
        raise IllegalTransition(state, action, actor)

    def actions(self, state: str, actor: str) -> Iterable[Transition]:
        """Every row open to an actor in a state, before its guard."""
        return (row for row in self.rows if state in row.sources and actor in row.actors)
