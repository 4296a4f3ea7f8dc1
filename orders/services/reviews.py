"""Blind reviews of both sides (row 48): nobody sees one before both are in or the window is over."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel import events
from marketplace.kernel.errors import InvalidInput
from orders.contracts import ReviewPublished
from orders.models import Order, Review
from orders.services import notices, records
from orders.services.transition import SYSTEM, By, Change, apply, check, lock, party
from orders.states import Action, Actor

_LONGEST_TEXT = 4_000
_MOST = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one side says: four answers from 1 to 5, and words."""

    stars: int
    quality: int
    communication: int
    as_described: int
    text: str = ""


def review(*, order_id: uuid.UUID, actor_id: int, verdict: Verdict, at: datetime) -> bool:
    """Writes or edits one's own review until it is revealed: True where both are in and public with it.

    Raises InvalidInput for stars outside 1 to 5.
    """
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        check(order, Action.REVIEW, by, at)
        _check(verdict)
        mine = Review.objects.filter(order=order, role=by.role)
        if mine.update(**asdict(verdict), edited_at=at):
            return False
        change = apply(order, Action.REVIEW, by, at)
        _write(order, by, verdict, at)
        if order.reviews.count() == len((Actor.BUYER, Actor.SELLER)):
            reveal(order, at)
            return True
        _invite(change, by)
        return False


def _check(verdict: Verdict) -> None:
    errors = {
        name: _("Choose one to five.")
        for name, value in asdict(verdict).items()
        if name != "text" and not 1 <= value <= _MOST
    }
    if len(verdict.text) > _LONGEST_TEXT:
        errors["text"] = _("Keep it under %(limit)s characters.") % {"limit": _LONGEST_TEXT}
    if errors:
        raise InvalidInput(_("This cannot be saved yet."), fields=errors)


def _write(order: Order, by: By, verdict: Verdict, at: datetime) -> None:
    is_buyer = by.role == Actor.BUYER
    author_id, subject_id = (order.buyer_id, order.seller_id) if is_buyer else (order.seller_id, order.buyer_id)
    Review.objects.create(
        order=order, role=by.role, author_id=author_id, subject_id=subject_id, written_at=at, edited_at=at,
        **asdict(verdict),
    )  # fmt: skip


def _invite(change: Change, by: By) -> None:
    other = Actor.SELLER if by.role == Actor.BUYER else Actor.BUYER
    notices.tell(change, other, "order_review", revealed=False, until=change.order.review_until)


def reveal(order: Order, at: datetime) -> None:
    """Both are in, or the time is over: what there is becomes public."""
    change = apply(order, Action.REVEAL_REVIEWS, SYSTEM, at, drop=[Action.REVEAL_REVIEWS])
    for written in order.reviews.filter(revealed_at=None):
        written.revealed_at = at
        written.save(update_fields=["revealed_at"])
        subject = Actor.SELLER if written.role == Actor.BUYER else Actor.BUYER
        notices.tell(change, subject, "order_review", revealed=True, stars=written.stars)
        if written.role == Actor.BUYER:
            _publish(order, written, at)


def _publish(order: Order, written: Review, at: datetime) -> None:
    records.count(order.seller_id, review_count=1, stars_total=written.stars)
    fact = ReviewPublished(
        order_id=order.pk,
        source_kind=order.source_kind,
        source_ref=order.source_ref,
        seller_id=order.seller_id,
        author_id=written.author_id,
        stars=written.stars,
        at=at,
    )
    events.publish(fact)
