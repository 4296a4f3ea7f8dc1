"""A buyer's open orders as rows: what waits for them, and what runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orders.buying import selectors
from orders.states import Actor
from orders.web.rows import Row, make_rows

SHOWN = 8


@dataclass(frozen=True, slots=True)
class BuyerBoard:
    """The first rows of both, and how many there are of each."""

    waiting: list[Row]
    running: list[Row]
    waiting_count: int
    running_count: int


def buyer_board(buyer_id: int, at: datetime) -> BuyerBoard:
    """Seven queries, whatever there is."""
    found = selectors.open_orders(buyer_id, at, SHOWN)
    rows = make_rows([*found.waiting, *found.running], Actor.BUYER, at)
    split = len(found.waiting)
    return BuyerBoard(rows[:split], rows[split:], found.waiting_count, found.running_count)
