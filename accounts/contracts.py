"""What other apps may know of a person."""

from __future__ import annotations

from dataclasses import dataclass


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

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper() or "?"


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """When somebody works: per weekday (0 = Monday) minutes since local midnight, not overlapping."""

    time_zone: str
    spans: tuple[tuple[int, int, int], ...]  # (weekday, start_minute, end_minute)
