"""Where a gig stands, as a table. Running orders keep their own terms whatever happens here."""

from __future__ import annotations

from enum import StrEnum

from marketplace.kernel.transitions import Table, Transition


class GigState(StrEnum):
    DRAFT = "draft"  # only its seller sees it
    ACTIVE = "active"  # found and ordered
    PAUSED = "paused"  # its address works, nobody can order
    ARCHIVED = "archived"  # gone from every list but its seller's
    HIDDEN = "hidden"  # its seller is suspended; it comes back as it was

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(state.value, state.value) for state in cls]


SELLER, SYSTEM = frozenset({"seller"}), frozenset({"system"})
_DRAFT, _ACTIVE, _PAUSED, _ARCHIVED = GigState.DRAFT, GigState.ACTIVE, GigState.PAUSED, GigState.ARCHIVED
_HIDDEN = GigState.HIDDEN

TABLE = Table(
    (
        Transition("1", frozenset({_DRAFT, _PAUSED}), "publish", SELLER, (_ACTIVE,), guard="complete"),
        Transition("2", frozenset({_ACTIVE}), "pause", SELLER, (_PAUSED,)),
        Transition("3", frozenset({_DRAFT, _ACTIVE, _PAUSED}), "archive", SELLER, (_ARCHIVED,)),
        Transition("4", frozenset({_ARCHIVED}), "restore", SELLER, (_DRAFT,)),
        Transition("5", frozenset({_ACTIVE, _PAUSED}), "hide", SYSTEM, (_HIDDEN,)),
        Transition("6", frozenset({_HIDDEN}), "show", SYSTEM, (_ACTIVE, _PAUSED)),
    )
)
