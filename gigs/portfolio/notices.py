"""Asking a buyer, and telling a seller. Texts are in ``templates/emails/piece_*``."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import api as accounts
from gigs.models import Piece
from inbox import api as inbox
from inbox.contracts import Notice, NoticeGroup

ASKED, GIVEN, DENIED, TAKEN_DOWN = "piece_asked", "piece_given", "piece_denied", "piece_taken_down"


def register_kinds() -> None:
    orders, gigs = NoticeGroup.ORDERS, NoticeGroup.GIGS
    inbox.register_kind(ASKED, gettext_lazy("A seller asks whether they may show work that I ordered"), group=orders)
    inbox.register_kind(GIVEN, gettext_lazy("A buyer lets me show work in my portfolio"), group=gigs)
    inbox.register_kind(DENIED, gettext_lazy("A buyer does not let me show work, or no longer"), group=gigs)
    taken_down = gettext_lazy("Staff take a piece out of my portfolio")
    inbox.register_kind(TAKEN_DOWN, taken_down, may_refuse=False, group=gigs)


def tell_asked(piece: Piece, at: datetime) -> None:
    assert piece.buyer_id is not None  # noqa: S101 - a constraint: what is asked has a buyer
    seller = accounts.person(piece.seller_id).name
    with accounts.speaking_to(piece.buyer_id):
        title = _("May %(seller)s show the work for you?") % {"seller": seller}
    facts: dict[str, object] = {"seller": seller, "piece": piece.title}
    _tell(piece, piece.buyer_id, ASKED, title, reverse("gigs:consent", args=[piece.pk]), facts, at)


def tell_answered(piece: Piece, at: datetime) -> None:
    assert piece.buyer_id is not None  # noqa: S101 - a constraint: what was answered has a buyer
    buyer = accounts.person(piece.buyer_id).name
    facts: dict[str, object] = {"buyer": buyer, "piece": piece.title, "is_named": piece.names_buyer}
    with accounts.speaking_to(piece.seller_id):
        if piece.is_given:
            kind, title = GIVEN, _("%(buyer)s says yes: “%(piece)s” is in your portfolio.")
        else:
            kind, title = DENIED, _("%(buyer)s does not want “%(piece)s” to be shown.")
    _tell(piece, piece.seller_id, kind, title % facts, reverse("gigs:piece_edit", args=[piece.pk]), facts, at)


def tell_taken_down(piece: Piece, at: datetime) -> None:
    with accounts.speaking_to(piece.seller_id):
        title = _("Your piece “%(piece)s” is not shown any more.") % {"piece": piece}
        facts: dict[str, object] = {"piece": str(piece), "why": piece.taken_down_why}
    _tell(piece, piece.seller_id, TAKEN_DOWN, title, reverse("gigs:portfolio"), facts, at)


def _tell(
    piece: Piece, recipient_id: int, kind: str, title: str, url: str, facts: dict[str, object], at: datetime
) -> None:
    key = f"{kind}:{piece.pk}:{piece.version}:{at.isoformat()}"
    inbox.notify(Notice(recipient_id, kind, key, title, url, facts), at)
