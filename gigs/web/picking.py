"""What a buyer picked, as it travels in addresses, forms and the session."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import QueryDict

from gigs import limits
from gigs.services.terms import Selection


def picked(data: QueryDict) -> Selection:
    """A selection from a form or an address; what is no number counts as the first, one, none."""
    extras = frozenset(number for number in map(_number, data.getlist("extras")[: limits.EXTRAS_MAX]) if number)
    return Selection(_number(data.get("package")) or 1, _number(data.get("quantity")) or 1, extras)


def as_parameters(selection: Selection) -> str:
    extras = [("extras", position) for position in sorted(selection.extras)]
    return urlencode([("package", selection.package), ("quantity", selection.quantity), *extras])


def _number(text: str | None) -> int | None:
    return int(text) if text and len(text) <= 4 and text.isascii() and text.isdigit() else None
