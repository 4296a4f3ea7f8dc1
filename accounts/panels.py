"""What other apps add to a public profile: gigs, reviews."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from accounts.contracts import Person, ProfilePanel

PanelMaker = Callable[[HttpRequest, Person], ProfilePanel | None]
_makers: list[tuple[int, PanelMaker]] = []


def register_profile_panel(maker: PanelMaker, *, position: int = 100) -> None:
    """Adds ``maker(request, person)`` to every public profile, smallest position first; None leaves it out."""
    if all(known is not maker for _position, known in _makers):
        _makers.append((position, maker))
        _makers.sort(key=lambda entry: entry[0])


def panels_for(request: HttpRequest, person: Person) -> list[ProfilePanel]:
    made = (maker(request, person) for _position, maker in _makers)
    return [panel for panel in made if panel is not None]
