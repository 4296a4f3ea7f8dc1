"""What the walk over every address knows of sellers' pages: portfolio, certificates, sharing."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from accounts.models import User
from gigs.models import Piece
from orders.models import Order


def fill(buyer: User, seller: User, order: Order, at: datetime, words: str) -> None:
    """A piece that is shown, and one from an order whose buyer is asked."""
    shown = [{"kind": "image", "key": "pictures/aa/" + "a" * 32, "alt": words, "size": [800, 600], "whole": [640]}]
    said = {"seller": seller, "title": words[:80], "words": words, "shown": shown, "created_at": at, "updated_at": at}
    Piece.objects.create(**said, position=1, is_shown=True)
    Piece.objects.create(**said, position=2, order=order, buyer=buyer, consent="asked", asked_at=at, asks=1)


def addresses(gig_id: int, draft_id: int, order_id: uuid.UUID, handle: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By name, as ``conftest.addresses``."""
    gig, draft = {"pk": gig_id}, {"pk": draft_id}
    own, asked = Piece.objects.get(order=None).pk, Piece.objects.exclude(order=None).get().pk
    found: dict[str, dict[str, Any]] = {f"gigs:piece_{name}": {"pk": own} for name in ("edit", "remove", "ask")}
    found |= {"gigs:consent": {"pk": asked}, "gigs:piece_of_order": {"order_id": order_id}}
    found |= {"gigs:works": handle, "gigs:piece": {**handle, "pk": own}, "gigs:piece/asked": {**handle, "pk": asked}}
    found |= {"gigs:share": gig, "gigs:share/draft": draft, "gigs:share_seller": handle, "gigs:report_seller": handle}
    found |= {"gigs:share_qr": {**gig, "ending": "svg"}, "gigs:share_seller_qr": {**handle, "ending": "png"}}
    return found | {"gigs:certificate_remove": {"pk": 1}}
