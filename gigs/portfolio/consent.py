"""A buyer's word on a piece from their order: asked once it is whole, given for just that, taken back at any time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import api as accounts
from gigs.models import Piece
from gigs.portfolio import notices, services
from inbox import api as inbox
from marketplace.kernel.errors import Conflict, NotAllowed, NotFound

MOST_ASKS = 3  # of one buyer about one order


def ask(*, piece_id: int, seller_id: int, at: datetime) -> None:
    """Raises NotFound, NotAllowed (blocked, gone, said no, asked too often), Conflict (``not_ready``, ``asked``)."""
    with transaction.atomic():
        piece = services.locked(piece_id, seller_id)
        if piece.buyer_id is None:
            raise NotAllowed(_("Nobody has to be asked about this piece."))
        if piece.is_denied:
            raise NotAllowed(_("The buyer has said that this work may not be shown."))
        if piece.is_asked or piece.is_given:
            raise Conflict(_("The buyer has been asked."), code="asked")
        if piece.asks >= MOST_ASKS:
            raise NotAllowed(_("The buyer was asked %(times)s times. Leave it at that.") % {"times": MOST_ASKS})
        if not piece.shown or piece.files.exclude(state="ready").exists():
            raise Conflict(_("Some files are not ready yet, or failed: the buyer has to see all."), code="not_ready")
        inbox.check_not_blocked(seller_id, [piece.buyer_id])
        if not accounts.is_active(piece.buyer_id):
            raise NotAllowed(_("The buyer’s account is not open, so they cannot answer."))
        piece.consent, piece.asked_at, piece.asks = Piece.Consent.ASKED, at, piece.asks + 1
        services.refresh(piece, at)
        notices.tell_asked(piece, at)


def answer(*, piece_id: int, buyer_id: int, version: int, is_yes: bool, is_named: bool, at: datetime) -> None:
    """Says yes or no, or changes one's mind. Raises NotFound, Conflict (``changed``: not what they looked at)."""
    with transaction.atomic():
        piece = _locked(piece_id, buyer_id)
        if is_yes and piece.version != version:
            raise Conflict(_("The piece was changed since you looked at it. This is how it is now."), code="changed")
        before = piece.consent
        if is_yes:
            piece.consent = Piece.Consent.GIVEN
        elif not piece.is_denied:
            piece.consent = Piece.Consent.WITHDRAWN if piece.is_given else Piece.Consent.REFUSED
        piece.names_buyer, piece.answered_at = is_yes and is_named, at
        services.refresh(piece, at)
        if piece.consent != before:
            notices.tell_answered(piece, at)


def _locked(piece_id: int, buyer_id: int) -> Piece:
    """Raises NotFound for others, and before they were asked."""
    rows = Piece.objects.select_for_update().filter(pk=piece_id, buyer_id=buyer_id, position__isnull=False)
    if piece := rows.exclude(consent=Piece.Consent.DRAFT).first():
        return piece
    raise NotFound(_("Nobody asks you about this (any more)."))
