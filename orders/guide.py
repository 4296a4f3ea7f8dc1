"""The usual splits: what moderators start from, and what both sides can read before they open a dispute."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Usual:
    """One kind of case and the share of the price that usually goes to the seller."""

    what: str | Promise
    share: str | Promise
    why: str | Promise


USUAL: tuple[Usual, ...] = (
    Usual(
        _("Nothing was delivered"), _("0 %"), _("What was not done is not paid for, whatever was begun.")
    ),
    Usual(
        _("Nothing that was delivered can be used"), _("0 %"),
        _("Files that do not open or something else entirely count as nothing, when they were not put right in time."),
    ),
    Usual(
        _("Some promised items are missing"), _("their share of the checklist"),
        _("Three of four items there and usable: 75 %. Items are weighed as equal, unless the offer says otherwise."),
    ),
    Usual(
        _("All is there, and part of it is not as described"), _("50 to 80 %"),
        _("By how much of it can be used as it is, and how much work it takes to put the rest right."),
    ),
    Usual(
        _("Late, but used"), _("70 to 90 %"),
        _("The work is paid for. The delay costs more the more the agreed time mattered, and was named beforehand."),
    ),
    Usual(
        _("Late, and of no use any more"), _("0 to 30 %"),
        _("Where the date was the point of the order, and the seller knew it."),
    ),
    Usual(
        _("All promised items are there; it is not liked"), _("100 %"),
        _("Taste is no ground. That is what the included changes are for, and what samples are for before ordering."),
    ),
    Usual(
        _("More is asked than was agreed"), _("100 %"), _("What was agreed is paid for; more is an extra of its own."),
    ),
    Usual(
        _("One side does not answer"), _("as the other side shows it"),
        _("Asked twice and silent: it is decided on what is there, not against whoever is silent."),
    ),
)  # fmt: skip
