"""The people whom a visitor of the demo may be, with one click or by their password."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "artisan-demo"  # noqa: S105 - public on purpose, printed by `make demo`


@dataclass(frozen=True)
class Role:
    email: str
    hat: str


ROLES = {
    "seller": Role("seller@demo.example", "selling"),
    "client": Role("client@demo.example", "buying"),
    "moderator": Role("moderator@demo.example", "buying"),
    "treasurer": Role("treasurer@demo.example", "buying"),
    "second": Role("second@demo.example", "buying"),  # treasurer: what one asks for the other confirms
    "operator": Role("operator@demo.example", "buying"),  # may do everything: set-up, look, legal texts
}
