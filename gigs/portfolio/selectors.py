"""What is asked of portfolios."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import api as accounts
from accounts.contracts import Person
from gigs.gallery.rules import reason
from gigs.gallery.shown import Slide, document, slide_of
from gigs.models import Piece, PieceFile
from gigs.selectors import cursor
from marketplace.kernel.errors import NotAllowed, NotFound

ASKED_SHOWN = 50  # of one buyer, on a page
_ASKED = "asked"


@dataclass(frozen=True, slots=True)
class PieceView:
    """A piece as others see it."""

    id: int
    title: str
    words: str
    slides: list[Slide]
    url: str
    is_of_order: bool
    buyer: str  # their name, where they let it stand there

    @property
    def cover(self) -> Slide | None:
        return self.slides[0] if self.slides else None

    @property
    def cover_srcset(self) -> str:
        """Of the crops that every file has."""
        thumb = self.slides[0].thumb if self.slides else ""
        return f"{thumb} 320w, {thumb.replace('-320.webp', '-640.webp')} 640w"


def shown_pieces(seller: Person) -> list[PieceView]:
    """In the seller's order; two queries."""
    return _views(list(Piece.objects.filter(seller_id=seller.id, is_shown=True)), seller.handle)


def shown_piece(seller: Person, piece_id: int) -> tuple[PieceView, PieceView | None, PieceView | None]:
    """One with its neighbours. Raises NotFound for what is not shown."""
    pieces = shown_pieces(seller)
    place = next((number for number, piece in enumerate(pieces) if piece.id == piece_id), None)
    if place is None:
        raise NotFound(_("This piece is not shown (any more)."))
    before = pieces[place - 1] if place else None
    after = pieces[place + 1] if place + 1 < len(pieces) else None
    return pieces[place], before, after


def _views(pieces: Sequence[Piece], handle: str) -> list[PieceView]:
    named = accounts.people({piece.buyer_id for piece in pieces if piece.names_buyer and piece.buyer_id})
    return [view_of(piece, handle, named) for piece in pieces]


def view_of(piece: Piece, handle: str, named: dict[int, Person]) -> PieceView:
    buyer = named.get(piece.buyer_id or 0)
    return PieceView(
        id=piece.pk,
        title=piece.title,
        words=piece.words,
        slides=[slide_of(entry) for entry in piece.shown],
        url=reverse("gigs:piece", args=[handle, piece.pk]),
        is_of_order=piece.buyer_id is not None,
        buyer=buyer.name if buyer else "",
    )


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as its seller sees it."""

    file: PieceFile
    slide: Slide | None
    is_first: bool  # marked so
    is_removed: bool = False  # marked so

    @property
    def reason(self) -> str:
        return reason(self.file.kind, self.file.why)


@dataclass(frozen=True, slots=True)
class OwnPiece:
    """A piece as its seller sees it."""

    piece: Piece
    files: list[FileRow]
    buyer: str = ""

    @property
    def is_waiting(self) -> bool:
        return any(row.file.is_waiting for row in self.files)

    @property
    def has_failed(self) -> bool:
        return any(row.file.is_failed for row in self.files)

    @property
    def cover(self) -> Slide | None:
        return next((row.slide for row in self.files if row.slide), None)

    @property
    def may_ask(self) -> bool:
        return self.piece.waits_to_be_asked and bool(self.files) and all(row.file.is_ready for row in self.files)


def own_pieces(seller_id: int) -> list[OwnPiece]:
    """Three queries."""
    pieces = list(Piece.objects.filter(seller_id=seller_id, position__isnull=False).prefetch_related("files"))
    people = accounts.people({piece.buyer_id for piece in pieces if piece.buyer_id})
    return [_own(piece, people) for piece in pieces]


def own_piece(piece_id: int, seller_id: int) -> OwnPiece:
    """Raises NotFound for somebody else's."""
    rows = Piece.objects.filter(pk=piece_id, seller_id=seller_id, position__isnull=False)
    piece = rows.prefetch_related("files").first()
    if piece is None:
        raise NotFound(_("This piece is not in your portfolio (any more)."))
    return _own(piece, accounts.people([piece.buyer_id] if piece.buyer_id else []))


def made_of(order_id: uuid.UUID, seller_id: int) -> int | None:
    """The piece from this order that is in the portfolio. Raises NotAllowed where it was removed after a no."""
    piece = Piece.objects.filter(order_id=order_id, seller_id=seller_id).first()
    if piece is None or (piece.position is None and not piece.is_denied):
        return None
    if piece.position is None:
        raise NotAllowed(_("The buyer has said that this work may not be shown."))
    return piece.pk


def _own(piece: Piece, people: dict[int, Person]) -> OwnPiece:
    files = [
        FileRow(file, slide_of(document([file])[0]) if file.is_ready else None, is_first=not number)
        for number, file in enumerate(piece.files.all())
    ]
    buyer = people.get(piece.buyer_id or 0)
    return OwnPiece(piece, files, buyer.name if buyer else "")


@dataclass(frozen=True, slots=True)
class AskedPiece:
    """A piece from an order, as its buyer decides on it: exactly what others would see."""

    piece: Piece
    seller: Person
    view: PieceView


def asked_of(buyer_id: int, after: str = "") -> tuple[list[AskedPiece], str]:
    """A page, the latest first, and where the next begins (empty: nowhere). Two queries."""
    rows = Piece.objects.filter(buyer_id=buyer_id, position__isnull=False).exclude(consent=Piece.Consent.DRAFT)
    if (start := cursor.decode(after, _ASKED, (datetime, int))) is not None:
        asked_at, pk = start
        rows = rows.filter(Q(asked_at__lt=asked_at) | Q(asked_at=asked_at, pk__lt=pk))
    found = list(rows.order_by("-asked_at", "-pk")[: ASKED_SHOWN + 1])
    pieces, last = found[:ASKED_SHOWN], found[ASKED_SHOWN - 1] if len(found) > ASKED_SHOWN else None
    following = cursor.encode(_ASKED, [last.asked_at, last.pk]) if last and last.asked_at else ""
    people = accounts.people({piece.seller_id for piece in pieces})
    asked = [
        AskedPiece(piece, people[piece.seller_id], view_of(piece, people[piece.seller_id].handle, {}))
        for piece in pieces
    ]
    return asked, following


def asked_piece(piece_id: int, buyer_id: int) -> AskedPiece:
    """Raises NotFound for others, and while they are not asked."""
    rows = Piece.objects.filter(pk=piece_id, buyer_id=buyer_id, position__isnull=False)
    piece = rows.exclude(consent=Piece.Consent.DRAFT).first()
    if piece is None:
        raise NotFound(_("Nobody asks you about this (any more)."))
    people = accounts.people({piece.seller_id, buyer_id})
    seller, named = people[piece.seller_id], people if piece.names_buyer else {}
    return AskedPiece(piece, seller, view_of(piece, seller.handle, named))
