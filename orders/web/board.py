"""The seller's board: columns with due badges, each with its own pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from marketplace.kernel import cursors
from orders import board
from orders.states import Actor
from orders.web.rows import Row, make_rows

_TITLES: dict[str, Promise] = {
    "turn": gettext_lazy("Your turn"),
    "answers": gettext_lazy("Waiting for answers"),
    "buyer": gettext_lazy("With the buyer"),
    "disputed": gettext_lazy("Disputed"),
}


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    title: str
    count: int  # of all its pages
    rows: list[Row]
    next_url: str
    first_url: str  # where this is not the first page


def columns(seller_id: int, at: datetime, asked: Mapping[str, str] | None = None) -> list[Column]:
    """Five queries, whatever there is. ``asked`` holds cursors by the column's name, as the links write them."""
    after = {name: cursors.read((asked or {}).get(name, "")) for name in board.COLUMNS}
    slices = board.columns(seller_id, after)
    orders = [order for one in slices.values() for order in one.orders]
    rows = dict(zip([order.pk for order in orders], make_rows(orders, Actor.SELLER, at), strict=True))
    counts = board.counts(seller_id)
    return [
        Column(
            name=name,
            title=str(_TITLES[name]),
            count=counts[name],
            rows=[rows[order.pk] for order in one.orders],
            next_url=_url(name, one.following) if one.following else "",
            first_url=_url(name, None) if after[name] else "",
        )
        for name, one in slices.items()
    ]


def _url(name: str, cursor: cursors.Cursor | None) -> str:
    query = {"role": "seller", "tab": "open"}
    if cursor:
        query[name] = cursors.name(*cursor)
    return f"{reverse('orders:list')}?{urlencode(query)}#column-{name}"
