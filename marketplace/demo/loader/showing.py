"""What sellers of the demo show: pieces of their own, two from orders of the demo's client, and certificates."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.uploadedfile import SimpleUploadedFile

import gigs.api
import orders.api
from gigs.api import PieceContent, Statement
from marketplace.demo.art.covers import draw_cover, encode_webp
from marketplace.demo.loader.scene import Listed
from marketplace.kernel.uploads.places import Place

_SELLERS = 3
_PIECES = (
    (
        "The first version, and what became of it",
        "The shop had three days. We cut what nobody read, and kept the jokes.",
    ),
    ("A small job for a large kitchen", "One page, two rounds, finished before the doors opened."),
)
_CERTIFICATES = (
    Statement("Diploma in Editorial Design", "Escola de Artes, Porto", 2016),
    Statement("Certified accessibility specialist", "Guild of Web Crafts", 2022),
)


def show(client_id: int, listed: Sequence[Listed], staff_id: int, now: datetime) -> None:
    """The demo's seller first; the worker prepares what waits once the demo runs."""
    at = now - timedelta(days=20)
    _from_orders(client_id, now)
    sellers = list({gig.seller.id: gig for gig in listed}.values())
    for number, gig in enumerate(sellers[:_SELLERS]):
        for place, (title, words) in enumerate(_PIECES):
            files = _drawn(gig.seller.id, gig.data.category, 10 * number + place, at)
            gigs.api.create_piece(seller_id=gig.seller.id, content=PieceContent(title, words, uploads=files), at=at)
        known = [gigs.api.add_certificate(seller_id=gig.seller.id, statement=one, at=at) for one in _CERTIFICATES]
        gigs.api.check_certificates(certificate_ids=known[:1], staff_id=staff_id, at=now)


def _from_orders(client_id: int, now: datetime) -> None:
    """One that the client agreed to by name, and one that they are asked about."""
    accepted = (one for one in orders.api.orders_of(client_id, "buyer", limit=100) if one.state == "completed")
    for number, order in enumerate(islice(accepted, 2)):
        content = PieceContent(
            order.title[:80], "Made in one round, delivered the evening before.",
            uploads=_drawn(order.seller_id, "writing", 100 + number, now),
        )  # fmt: skip
        piece = gigs.api.create_piece(seller_id=order.seller_id, content=content, at=now, order_id=order.pk)
        while gigs.api.prepare_pieces(now):
            pass
        gigs.api.ask_consent(piece_id=piece, seller_id=order.seller_id, at=now)
        if number == 0:
            gigs.api.answer_consent(
                piece_id=piece, buyer_id=client_id, version=1, is_yes=True, is_named=True, at=now
            )  # fmt: skip


def _drawn(seller_id: int, category: str, seed: int, at: datetime) -> tuple[uuid.UUID, ...]:
    picture = encode_webp(draw_cover(category, 7_000 + seed))
    return Place(seller_id, "demo-piece", at).gather([SimpleUploadedFile(f"piece-{seed}.webp", picture)], [])
