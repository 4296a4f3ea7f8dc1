"""What a paper shows, word for word: frozen when it is issued, stored as JSON, drawn on demand.

Nothing in it is looked up again, so that a later change of name, address or tax rate changes no document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cattrs import Converter


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a paper."""

    name: str
    address: tuple[str, ...] = ()
    country: str = ""  # ISO 3166-1 alpha-2, or empty
    tax_id: str = ""
    is_business: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the box at the top: "Order", "7K3M · Ten descriptions"."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    quantity: int
    unit_minor: int

    @property
    def amount_minor(self) -> int:
        return self.quantity * self.unit_minor


@dataclass(frozen=True, slots=True)
class Sum:
    label: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Content:
    """A paper without its number, which it gets when it is issued."""

    title: str
    sender: Party
    recipient: Party
    currency: str
    facts: tuple[Fact, ...]
    lines: tuple[Line, ...]
    total: Sum
    sums: tuple[Sum, ...] = ()  # between the lines and the total, or of what it consists
    notes: tuple[str, ...] = ()
    number: str = ""
    issued_on: str = ""  # in words
    language: str = ""  # of all these words, and of what is drawn around them; empty: the site's


_converter = Converter()


def to_json(content: Content) -> dict[str, Any]:
    result: dict[str, Any] = _converter.unstructure(content)
    return result


def from_json(data: dict[str, Any]) -> Content:
    return _converter.structure(data, Content)
