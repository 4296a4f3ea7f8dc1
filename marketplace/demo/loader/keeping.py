"""What the demo's client keeps: gigs in two lists, a seller, and a search that they hear of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import gigs.api
import orders.api
from gigs.api import Pace, Target
from gigs.contracts import CatalogueQuery
from marketplace.demo.loader.scene import Listed

_ON_CLIENTS = (
    "Wants short sentences and no exclamation marks. Sends the list as a spreadsheet, answers in the evening.",
    "Asked about a monthly package: offer one in January.",
)
_WEEK = timedelta(days=7)
_NOTES = ("Ask whether the files come layered.", "", "For the launch in spring.", "", "The one that Ana liked.", "")


def keep(owner_id: int, listed: Sequence[Listed], now: datetime) -> None:
    """Six gigs, every fortieth of the catalogue, the last three in a list of their own."""
    at = now - _WEEK
    launch = gigs.api.create_list(owner_id=owner_id, name="Shop launch", at=at)
    for number, (gig, note) in enumerate(zip(listed[::40], _NOTES, strict=False)):
        where = launch if number >= 3 else None
        moment = at + timedelta(hours=number)
        gigs.api.keep(owner_id=owner_id, target=Target("gig", gig.id), at=moment, list_id=where, note=note)
    gigs.api.keep(owner_id=owner_id, target=Target("seller", listed[7].seller.id), at=at)
    query = CatalogueQuery(category="writing", within="24h")
    gigs.api.save_search(owner_id=owner_id, query=query, name="Texts within a day", pace=Pace.DAILY, at=now)


def note(seller_id: int, now: datetime) -> None:
    """What the demo's seller wrote down about the clients of their latest orders."""
    latest = orders.api.orders_of(seller_id, "seller", tab="done", limit=20)
    for client_id, text in zip(dict.fromkeys(order.buyer_id for order in latest), _ON_CLIENTS, strict=False):
        orders.api.write_client_note(seller_id=seller_id, client_id=client_id, text=text, at=now)
