"""After a review is public: the reviewed person's one reply, and removal by staff. Nothing else changes a review."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel import events
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from orders.contracts import ReviewRemoved
from orders.models import Order, Review
from orders.services import notices, records
from orders.services.acceptance import written
from orders.states import Actor

EDITABLE = timedelta(hours=48)
_LONGEST_REPLY = 2_000


def reply(*, review_id: int, actor_id: int, text: str, at: datetime) -> None:
    """Writes the reply, or changes it within 48 hours.

    Raises NotFound for anybody but the person it is about, Conflict when the time to change it is over, InvalidInput
    for an empty or too long text.
    """
    with transaction.atomic():
        review = _public(review_id)
        if review.subject_id != actor_id:
            raise NotFound(_("There is no such review."))
        reason = reason_against_reply(review, at)
        if reason:
            raise Conflict(reason, code="reply_stands")
        review.reply, first = _checked(text), review.replied_at is None
        review.replied_at = review.replied_at or at
        review.reply_edited_at = at
        review.save(update_fields=["reply", "replied_at", "reply_edited_at"])
        if first:
            key = f"review:{review.pk}:reply"
            notices.send(review.order, review.role, "order_review_reply", key, at, reply=review.reply[:500])


def may_reply(review: Review, person_id: int, at: datetime) -> bool:
    """Whether it is public, about this person, and their reply can be written or changed."""
    is_public = review.revealed_at is not None and review.removed_at is None
    return is_public and review.subject_id == person_id and not reason_against_reply(review, at)


def reason_against_reply(review: Review, at: datetime) -> str:
    if review.replied_at and at >= review.replied_at + EDITABLE:
        return _("A reply can be changed for 48 hours. Yours stands as it is.")
    return ""


def _checked(text: str) -> str:
    value = text.replace("\x00", "").strip()
    if not value:
        message = _("Write a sentence.")
    elif len(value) > _LONGEST_REPLY:
        message = _("Keep it under %(limit)s characters.") % {"limit": _LONGEST_REPLY}
    else:
        return value
    raise InvalidInput(message, fields={"reply": message})


def remove(*, review_id: int, moderator_id: int, reason: str, at: datetime) -> None:
    """Takes a public review away; it is kept with the reason, and its stars count no more. Both sides are told.

    Raises NotAllowed for anybody who is no moderator or was a side of the order, Conflict for one that is gone
    already, InvalidInput without a reason.
    """
    with transaction.atomic():
        review = _public(review_id)
        _moderator(review.order, moderator_id)
        reason = written(reason, "reason", _("Say which rule it breaks, so that both sides understand."))
        review.removed_at, review.removed_by_id, review.removal_reason = at, moderator_id, reason
        review.save(update_fields=["removed_at", "removed_by", "removal_reason"])
        for role in (Actor.BUYER, Actor.SELLER):
            told = {"reason": reason[:500], "mine": role == review.role}
            notices.send(review.order, role, "order_review_removed", f"review:{review.pk}:removed", at, **told)
        if review.role == Actor.BUYER:
            _uncount(review.order, review.stars, at)


def _public(review_id: int) -> Review:
    review = Review.objects.select_for_update(of=("self",)).select_related("order").filter(pk=review_id).first()
    if review is None or review.revealed_at is None:
        raise NotFound(_("There is no such review."))
    if review.removed_at:
        raise Conflict(_("This review has been removed."), code="removed")
    return review


def _moderator(order: Order, user_id: int) -> None:
    if not accounts.is_moderator(user_id):
        raise NotAllowed(_("This page is for moderators."))
    if order.role_of(user_id):
        raise NotAllowed(_("You are part of this order, so somebody else decides."))


def _uncount(order: Order, stars: int, at: datetime) -> None:
    records.count(order.seller_id, review_count=-1, stars_total=-stars)
    events.publish(
        ReviewRemoved(
            order_id=order.pk,
            source_kind=order.source_kind,
            source_ref=order.source_ref,
            seller_id=order.seller_id,
            stars=stars,
            at=at,
        )
    )
