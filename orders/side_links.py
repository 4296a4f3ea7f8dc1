"""What apps above offer on an order's page: they register when the app starts."""

from __future__ import annotations

import uuid
from typing import Protocol

from orders.contracts import SideLink


class SideLinkMaker(Protocol):
    def __call__(self, order_id: uuid.UUID, *, is_seller: bool, is_accepted: bool) -> SideLink | None:
        """For one of the two sides; costs no query."""


_makers: list[SideLinkMaker] = []


def register_side_link(maker: SideLinkMaker) -> None:
    if maker not in _makers:
        _makers.append(maker)


def side_links(order_id: uuid.UUID, *, is_seller: bool, is_accepted: bool) -> list[SideLink]:
    made = (maker(order_id, is_seller=is_seller, is_accepted=is_accepted) for maker in _makers)
    return [link for link in made if link]
