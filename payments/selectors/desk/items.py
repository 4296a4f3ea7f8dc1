"""What a desk is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from marketplace.kernel.money import Money

MOST = 20  # shown of each section; one more is read, to know that there are more

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a person has to look at. ``key`` names it and this occurrence of it."""

    key: str
    title: str
    url: str
    since: datetime
    detail: str = ""
    amount: Money | None = None
    due_at: datetime | None = None
    reissue: str = ""  # id of a refund that can be sent to the card again


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    title: str
    mend: str  # what to do about its items
    items: tuple[Item, ...] = ()
    more_url: str = ""
    is_cut: bool = False  # there are more than are shown
    may_dismiss: bool = False  # a person may say that it is dealt with


def cut(rows: Iterable[Row], to_item: Callable[[Row], Item]) -> tuple[tuple[Item, ...], bool]:
    """The first ``MOST`` of at most ``MOST + 1`` rows as items, and whether there were more."""
    found = list(rows)
    return tuple(to_item(row) for row in found[:MOST]), len(found) > MOST
