"""Who could do what a search did not find."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gigs.contracts import CatalogueQuery, GigCard
from gigs.selectors import catalogue
from gigs.services.questions import SELLERS_AT_ONCE

_LOOKED_AT = 12


def nearest_sellers(query: CatalogueQuery, reader_id: int, at: datetime) -> list[GigCard]:
    """A gig each of up to three sellers who come nearest: with some of the words, else the best of the category."""
    wide = CatalogueQuery(text=query.text, category=query.category)
    cards = catalogue.search(wide, at, size=_LOOKED_AT).cards if query.text else []
    if len(cards) < SELLERS_AT_ONCE:
        cards = [*cards, *catalogue.cards(replace(wide, text=""), at, size=_LOOKED_AT)]
    by_seller: dict[int, GigCard] = {}
    for card in cards:
        if card.seller.id != reader_id:
            by_seller.setdefault(card.seller.id, card)
    return list(by_seller.values())[:SELLERS_AT_ONCE]
