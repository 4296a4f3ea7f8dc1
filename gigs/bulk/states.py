"""Where an import of gigs stands, as a table. Rows that are done stay done whatever happens here."""

from __future__ import annotations

from enum import StrEnum

from marketplace.kernel.transitions import Table, Transition


class ImportState(StrEnum):
    CHECKING = "checking"  # its rows are read and tried, nothing is changed
    READY = "ready"  # the seller has seen, or can see, what will happen, and says yes or no
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"  # the file cannot be read, or is too large
    CANCELLED = "cancelled"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(state.value, state.value) for state in cls]


class Plan(StrEnum):
    """What a row of the file comes to."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(plan.value, plan.value) for plan in cls]


OPEN = (ImportState.CHECKING, ImportState.READY, ImportState.RUNNING)  # one at a time for each seller
TO_DO = (Plan.NEW, Plan.CHANGED)

SELLER, SYSTEM = frozenset({"seller"}), frozenset({"system"})
_CHECKING, _READY, _RUNNING = OPEN

TABLE = Table(
    (
        Transition("1", frozenset({_CHECKING}), "refuse", SYSTEM, (ImportState.REFUSED,)),
        Transition("2", frozenset({_CHECKING}), "checked", SYSTEM, (_READY, ImportState.DONE)),
        Transition("3", frozenset({_READY}), "confirm", SELLER, (_RUNNING,)),
        Transition("4", frozenset({_RUNNING}), "finish", SYSTEM, (ImportState.DONE,)),
        Transition("5", frozenset(OPEN), "cancel", SELLER | SYSTEM, (ImportState.CANCELLED,)),
    )
)
