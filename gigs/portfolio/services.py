"""What a seller does with their portfolio. Each change is one transaction under the piece's lock.

What others see of a piece from an order is what its buyer agreed to: a change asks anew, and hides it until then.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from accounts import api as accounts
from gigs.gallery import rules, shown
from gigs.gallery.services import drop_source, picture_or_pdf
from gigs.models import Piece, PieceFile
from gigs.models.portfolio import MOST_PIECES
from gigs.portfolio import notices
from gigs.services.content import clean_text
from marketplace.kernel import outbox
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from marketplace.kernel.models import Upload
from marketplace.kernel.uploads import places
from orders import api as orders

TOPIC, HIDDEN = "prepare-piece", "piece-hidden"  # of the outbox
MOST_FILES = 6
TITLE_MAX, WORDS_MAX = 80, 1000
_ASKS_ANEW = (Piece.Consent.ASKED, Piece.Consent.GIVEN)


@dataclass(frozen=True, slots=True)
class Content:
    """What a form says of a piece: texts, descriptions and removals by file, the file that stands first, new files."""

    title: str
    words: str = ""
    alts: Mapping[int, str] = field(default_factory=dict)
    removed: Sequence[int] = ()
    first: int = 0
    uploads: Sequence[uuid.UUID] = ()


def create(*, seller_id: int, content: Content, at: datetime, order_id: uuid.UUID | None = None) -> int:
    """A piece at the end of the portfolio; with ``order_id`` from an accepted order of theirs, which shows nothing yet.

    Raises NotFound (no such order of theirs; they left), NotAllowed (not accepted; its buyer said no), InvalidInput
    (``title``, ``words``, ``files``), Conflict (code ``full``; ``taken``: there is a piece from this order).
    """
    checked = _checked(content)
    if not content.uploads:
        message = _("Choose at least one picture or PDF.")
        raise InvalidInput(message, code="required", fields={"files": message})
    try:
        with transaction.atomic():
            if not accounts.alone_with(seller_id):
                raise NotFound(_("There is no such person here."))
            piece = _of_order(order_id, seller_id, at) if order_id else Piece(seller_id=seller_id, created_at=at)
            piece.position = _next_position(seller_id, at)
            piece.title, piece.words, piece.updated_at = checked.title, checked.words, at
            piece.save()
            _take(piece, content.uploads, at)
    except IntegrityError as error:
        raise Conflict(_("Something was added at the same time. Send it again."), code="at_once") from error
    return piece.pk


def _of_order(order_id: uuid.UUID, seller_id: int, at: datetime) -> Piece:
    """A new row, or that of a piece which was removed; a buyer's "no" outlives it."""
    buyer_id = orders.buyer_of_accepted(order_id, seller_id)
    piece = Piece.objects.select_for_update().filter(order_id=order_id).first()
    if piece is None:
        return Piece(
            seller_id=seller_id, order_id=order_id, buyer_id=buyer_id, consent=Piece.Consent.DRAFT, created_at=at
        )  # fmt: skip
    if piece.is_denied:
        raise NotAllowed(_("The buyer has said that this work may not be shown."))
    if piece.position is not None:
        raise Conflict(_("This order is in your portfolio already."), code="taken")
    return piece


def _next_position(seller_id: int, at: datetime) -> int:
    """Behind the others, which close up where removed ones left gaps and the last place is taken."""
    held = Piece.objects.filter(seller_id=seller_id).aggregate(last=Max("position"), count=Count("position"))
    last, count = held["last"] or 0, int(held["count"])
    if last < MOST_PIECES:
        return int(last) + 1
    if count < MOST_PIECES:
        arrange(seller_id=seller_id, order=[], at=at)
        return count + 1
    raise Conflict(_("A portfolio holds %(most)s pieces. Remove one first.") % {"most": MOST_PIECES}, code="full")


def edit(*, piece_id: int, seller_id: int, content: Content, version: int, at: datetime) -> None:
    """Raises NotFound, NotAllowed (its buyer said no), InvalidInput, Conflict (``changed_elsewhere``)."""
    checked = _checked(content)
    with transaction.atomic():
        piece = locked(piece_id, seller_id)
        if piece.is_denied:
            raise NotAllowed(_("The buyer has said that this work may not be shown. You can remove the piece."))
        if piece.version != version:
            raise Conflict(
                _("This piece was changed in another window. This is how it is now; change it again."),
                code="changed_elsewhere",
            )
        before = _said(piece)
        piece.title, piece.words = checked.title, checked.words
        _arrange_files(piece, checked)
        if content.uploads:
            _take(piece, content.uploads, at)
        if content.uploads or _said(piece) != before:
            changed(piece, at)


def _said(piece: Piece) -> tuple[object, ...]:
    """What the form changes of a piece: saved as it was, it needs no other yes."""
    return piece.title, piece.words, *piece.files.values_list("pk", "alt")


def _arrange_files(piece: Piece, content: Content) -> None:
    for file in piece.files.filter(pk__in=list(content.removed)).select_related("source"):
        source = file.source
        file.delete()
        if source:
            drop_source(source)
    files = sorted(piece.files.all(), key=lambda file: (file.pk != content.first, file.position, file.pk))
    for position, file in enumerate(files, 1):
        file.position, file.alt = position, content.alts.get(file.pk, file.alt)
    PieceFile.objects.bulk_update(files, ["position", "alt"])


def _checked(content: Content) -> Content:
    title, text = " ".join(clean_text(content.title).split()), clean_text(content.words)
    alts = {pk: clean_text(alt) for pk, alt in content.alts.items()}
    wrong: dict[str, str] = {}
    if not title:
        wrong["title"] = _("Give it a title.")
    elif len(title) > TITLE_MAX:
        wrong["title"] = _("Keep the title under %(most)s characters.") % {"most": TITLE_MAX}
    if len(text) > WORDS_MAX:
        wrong["words"] = _("Keep the text under %(most)s characters.") % {"most": WORDS_MAX}
    for pk, alt in alts.items():
        if len(alt) > rules.ALT_MAX:
            wrong[f"alt-{pk}"] = _("Keep the description under %(most)s characters.") % {"most": rules.ALT_MAX}
    if wrong:
        raise InvalidInput(next(iter(wrong.values())), fields=wrong)
    return Content(title, text, alts, content.removed, content.first, content.uploads)


def _take(piece: Piece, uploads: Sequence[uuid.UUID], at: datetime) -> None:
    found = {upload.pk: upload for upload in Upload.objects.filter(pk__in=uploads, owner_id=piece.seller_id)}
    kept = list(piece.files.values_list("position", flat=True))
    if len(kept) + len(uploads) > MOST_FILES:
        message = _("A piece holds %(most)s files. Take some away first.") % {"most": MOST_FILES}
        raise InvalidInput(message, code="bad_file", fields={"files": message})
    kinds = {pk: picture_or_pdf(upload) for pk, upload in found.items() if upload.is_whole}
    for position, source in enumerate(
        places.take(list(uploads), owner_id=piece.seller_id, at=at), max(kept, default=0) + 1
    ):
        file = PieceFile.objects.create(
            piece=piece, kind=kinds[source.pk], position=position, name=source.name, source=source, added_at=at
        )
        outbox.enqueue(topic=TOPIC, key=f"piece-file-{file.pk}", payload={"file": file.pk}, at=at)


def arrange(*, seller_id: int, order: Sequence[int], at: datetime) -> None:
    """Puts pieces in order; those that the window did not know keep theirs behind the others."""
    with transaction.atomic():
        rows = Piece.objects.select_for_update().filter(seller_id=seller_id, position__isnull=False)
        pieces = list(rows.order_by("pk"))
        places_of = {pk: place for place, pk in enumerate(dict.fromkeys(order))}
        pieces.sort(key=lambda piece: (places_of.get(piece.pk, len(places_of)), piece.position))
        for position, piece in enumerate(pieces, 1):
            piece.position, piece.updated_at = position, at
        Piece.objects.bulk_update(pieces, ["position", "updated_at"])


def remove(*, piece_id: int, seller_id: int, at: datetime) -> str:
    """Takes a piece away and returns its title; its public files are deleted by the gallery's tidying."""
    with transaction.atomic():
        piece = locked(piece_id, seller_id)
        title = piece.title
        drop(piece, at)
    return title


def drop(piece: Piece, at: datetime) -> None:
    """In the caller's transaction. The row of a piece from an order stays: it knows what the buyer said."""
    for file in piece.files.filter(source__isnull=False).select_related("source"):
        source = file.source
        file.delete()
        if source:
            drop_source(source)
    if piece.is_own and not piece.taken_down_why:
        piece.delete()
        return
    piece.files.all().delete()
    piece.position, piece.title, piece.words = None, "", ""
    changed(piece, at)


def locked(piece_id: int, seller_id: int) -> Piece:
    """Raises NotFound for somebody else's and for what was removed."""
    rows = Piece.objects.select_for_update().filter(pk=piece_id, seller_id=seller_id, position__isnull=False)
    if piece := rows.first():
        return piece
    raise NotFound(_("This piece is not in your portfolio (any more)."))


def changed(piece: Piece, at: datetime) -> None:
    """Others would see something else now: a buyer who was asked, or said yes, is asked anew."""
    piece.version += 1
    if piece.consent in _ASKS_ANEW:
        piece.consent = Piece.Consent.DRAFT
        piece.names_buyer, piece.asked_at, piece.answered_at = False, None, None
    refresh(piece, at)


def refresh(piece: Piece, at: datetime) -> None:
    """Writes what pages read; what is not shown any more leaves its addresses. Call it with the piece locked."""
    was_shown = piece.is_shown
    piece.shown = shown.document(piece.files.all())
    may_be = piece.consent in (Piece.Consent.OWN, Piece.Consent.GIVEN)
    piece.is_shown = bool(piece.shown) and may_be and piece.position is not None and not piece.taken_down_why
    piece.updated_at = at
    piece.save()
    if was_shown and not piece.is_shown:
        outbox.enqueue(topic=HIDDEN, key=f"{HIDDEN}-{piece.pk}-{at.isoformat()}", payload={"piece": piece.pk}, at=at)


def let_go(user_id: int, at: datetime) -> None:
    """In the transaction that closes an account: their own pieces go, and what they allowed others ends with them."""
    for piece in Piece.objects.select_for_update().filter(seller_id=user_id).order_by("pk"):
        drop(piece, at)
    asked = Piece.objects.select_for_update().filter(buyer_id=user_id).order_by("pk")
    for piece in asked:
        if piece.is_given or piece.is_asked:
            piece.consent = Piece.Consent.WITHDRAWN if piece.is_given else Piece.Consent.REFUSED
            piece.names_buyer, piece.answered_at = False, at
            refresh(piece, at)


def judge(*, piece_id: int, why: str, at: datetime) -> None:
    """Staff take a piece down, with a reason that its seller reads, or put it back (``why`` empty)."""
    with transaction.atomic():
        piece = Piece.objects.select_for_update().get(pk=piece_id)
        if piece.taken_down_why == why:
            return
        piece.taken_down_why = why
        refresh(piece, at)
        if why:
            notices.tell_taken_down(piece, at)
