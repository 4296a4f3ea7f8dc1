"""The life of a version of a custom offer, as a table. Whoever did not write it answers it."""

from __future__ import annotations

from enum import StrEnum

from marketplace.kernel.transitions import Table, Transition


class OfferState(StrEnum):
    SENT = "sent"  # open: the other side answers
    COUNTERED = "countered"  # answered by a version of theirs
    ACCEPTED = "accepted"  # an order was placed from it
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(state.value, state.value) for state in cls]


AUTHOR, OTHER, SYSTEM = "author", "other", "system"
_SENT, _ACCEPTED = frozenset({OfferState.SENT}), frozenset({OfferState.ACCEPTED})

TABLE = Table(
    (
        Transition("1", _SENT, "counter", frozenset({OTHER}), (OfferState.COUNTERED,), guard="not expired"),
        Transition("2", _SENT, "accept", frozenset({OTHER}), (OfferState.ACCEPTED,), guard="not expired"),
        Transition("3", _SENT, "decline", frozenset({OTHER}), (OfferState.DECLINED,)),
        Transition("4", _SENT, "withdraw", frozenset({AUTHOR}), (OfferState.WITHDRAWN,)),
        Transition("5", _SENT, "expire", frozenset({SYSTEM}), (OfferState.EXPIRED,), guard="its time is over"),
        Transition(
            "6", _ACCEPTED, "reopen", frozenset({SYSTEM}), (OfferState.SENT, OfferState.EXPIRED),
            guard="the order was never paid",
        ),
    )
)  # fmt: skip
