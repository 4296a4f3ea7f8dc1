"""What other apps may know of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


def initials_of(name: str) -> str:
    """One or two letters for the circle that stands in for a portrait; ``?`` where there are none."""
    return "".join(word[0] for word in name.split()[:2]).upper() or "?"


@dataclass(frozen=True, slots=True)
class Person:
    """A public face: no e-mail address, no legal name."""

    id: int
    handle: str
    name: str
    portrait_url: str  # empty: draw the initials
    country: str  # ISO 3166-1 alpha-2, or empty
    time_zone: str  # IANA
    headline: str = ""
    is_moderator: bool = False
    city: str = ""
    language: str = ""  # a code of LANGUAGES, or empty: the site's
    is_seller: bool = False

    @property
    def initials(self) -> str:
        return initials_of(self.name)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is told something: what others call them, the zone in which they read times, and their language."""

    id: int
    name: str
    time_zone: str  # IANA, or empty
    language: str = ""  # a code of LANGUAGES, or empty: the site's


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """When somebody works: per weekday (0 = Monday) minutes since local midnight, not overlapping."""

    time_zone: str
    spans: tuple[tuple[int, int, int], ...]  # (weekday, start_minute, end_minute)


@dataclass(frozen=True, slots=True)
class SellerFacts:
    """What a gig's seller card shows beside the Person."""

    user_id: int
    headline: str
    bio: str
    city: str
    skills: tuple[str, ...]
    started_at: datetime


@dataclass(frozen=True, slots=True)
class SellerProgress:
    """What a seller has done on the way to the first sale, as far as it is said here."""

    has_portrait: bool = False
    has_words: bool = False  # a headline and something about themselves
    has_second_step: bool = False
    has_said_time: bool = False
    is_closed: bool = False  # they put the checklist away


@dataclass(frozen=True, slots=True)
class Unread:
    """How much waits for somebody."""

    messages: int = 0  # conversations with something new
    notices: int = 0


@dataclass(frozen=True, slots=True)
class PersonSuspended:
    """Published in the transaction that keeps somebody out."""

    user_id: int
    by_id: int | None  # None: a program
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonReinstated:
    """Published in the transaction that lets somebody in again."""

    user_id: int
    by_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """Published in the transaction that closes an account: whatever is only theirs goes."""

    user_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class StillOpen:
    """Why an account cannot be closed just now: a sentence, and where to do something about it (or empty)."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class ProfilePanel:
    """A part of a public profile that another app fills: rendered with ``context`` as its variables.

    ``area``: ``main`` (a section of its own), ``acts`` (a button beside the name), ``facts`` (a line of the list)
    or ``head`` (of the document).
    """

    template: str
    context: dict[str, object]
    area: str = "main"
