"""Where a gig stands, as a table. Running orders keep their own terms whatever happens here."""

from __future__ import annotations

from enum import StrEnum

from marketplace.kernel.transitions import Table, Transition


class GigState(StrEnum):
    DRAFT = "draft"  # only its seller sees it
    IN_REVIEW = "in_review"  # handed in; staff look at it before buyers do
    ACTIVE = "active"  # found and ordered
    PAUSED = "paused"  # its address works, nobody can order
    ARCHIVED = "archived"  # gone from every list but its seller's
    HIDDEN = "hidden"  # its seller is suspended; it comes back as it was
    TAKEN_DOWN = "taken_down"  # by staff, with a reason; they put it back

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(state.value, state.value) for state in cls]


SELLER, SYSTEM, MODERATOR = frozenset({"seller"}), frozenset({"system"}), frozenset({"moderator"})
_DRAFT, _ACTIVE, _PAUSED, _ARCHIVED = GigState.DRAFT, GigState.ACTIVE, GigState.PAUSED, GigState.ARCHIVED
_HIDDEN, _IN_REVIEW, _TAKEN_DOWN = GigState.HIDDEN, GigState.IN_REVIEW, GigState.TAKEN_DOWN
_PUBLISHED = frozenset({_ACTIVE, _PAUSED})

TABLE = Table(
    (
        Transition("1", frozenset({_DRAFT, _PAUSED}), "publish", SELLER, (_ACTIVE, _IN_REVIEW), guard="complete"),
        Transition("2", frozenset({_ACTIVE}), "pause", SELLER, (_PAUSED,)),
        Transition("3", frozenset({_DRAFT, _ACTIVE, _PAUSED}), "archive", SELLER, (_ARCHIVED,)),
        Transition("4", frozenset({_ARCHIVED}), "restore", SELLER, (_DRAFT,)),
        Transition("5", frozenset({_ACTIVE, _PAUSED}), "hide", SYSTEM, (_HIDDEN,)),
        Transition("6", frozenset({_HIDDEN}), "show", SYSTEM, (_ACTIVE, _PAUSED)),
        # Which gigs and changes are looked at: gigs/reviewing/gate.py. A change waits beside the gig, which stays.
        Transition("7", frozenset({_IN_REVIEW}), "approve", MODERATOR, (_ACTIVE,)),
        Transition("8", frozenset({_IN_REVIEW}), "send_back", MODERATOR, (_DRAFT,)),
        Transition("9", frozenset({_IN_REVIEW}), "withdraw", SELLER, (_DRAFT,)),
        Transition("10", _PUBLISHED, "approve_change", MODERATOR, ()),
        Transition("11", _PUBLISHED, "send_back_change", MODERATOR, ()),
        Transition("12", _PUBLISHED | {_HIDDEN}, "withdraw_change", SELLER, ()),
        Transition("13", _PUBLISHED, "take_down", MODERATOR, (_TAKEN_DOWN,)),
        Transition("14", frozenset({_TAKEN_DOWN}), "put_back", MODERATOR, (_ACTIVE, _PAUSED)),
        # Their seller closes the account. What staff took down stays as it is.
        Transition("15", frozenset({_DRAFT, _IN_REVIEW, _ACTIVE, _PAUSED, _HIDDEN}), "leave", SYSTEM, (_ARCHIVED,)),
    )
)
