"""What is looked at, and where a round, a flag and a second look stand. The states of gigs are in gigs/states.py."""

from __future__ import annotations

from enum import StrEnum


class _Choices(StrEnum):
    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(member.value, member.value) for member in cls]


class Mode(_Choices):
    """How much staff look at before buyers see it."""

    NOTHING = "nothing"
    FIRST = "first"  # the first gig of somebody who never published one
    NEW = "new"  # every gig that was never published
    CHANGES = "changes"  # that, and what is changed on a live one beyond a few words

    @property
    def waits_for_changes(self) -> bool:
        return self is Mode.CHANGES


class Level(_Choices):
    """What a check does with what it finds."""

    OFF = "off"
    WARN = "warn"  # the seller is told, staff look again
    BLOCK = "block"  # it is not published like that


class RoundState(_Choices):
    WAITING = "waiting"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"


class FlagKind(_Choices):
    CHECK = "check"
    REPORT = "report"
    ANSWER = "answer"  # of a seller whose gig was taken down
    STAFF = "staff"


class ConcernOutcome(_Choices):
    FINE = "fine"
    TAKEN_DOWN = "taken_down"
    PUT_BACK = "put_back"
    STAYS_DOWN = "stays_down"
