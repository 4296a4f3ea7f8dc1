"""A question about a gig, or one question to the sellers who come nearest to what a search did not find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gigs.models import Gig
from inbox import api as inbox
from marketplace.kernel import throttle
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed

QUESTIONS_AN_HOUR = 30
SELLERS_AT_ONCE, TIMES_A_DAY = 3, 5
_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Question:
    """``key`` makes it one message however often the form is sent."""

    author_id: int
    body: str
    key: str


def ask(gig: Gig, question: Question, at: datetime) -> UUID:
    """Opens the conversation with the first message. Raises NotAllowed (own gig), Conflict (too many in an hour)."""
    if gig.seller_id == question.author_id:
        raise NotAllowed(_("This is your own gig."))
    if not throttle.spend(f"ask:{question.author_id}", 1, limit=QUESTIONS_AN_HOUR, seconds=3600):
        raise Conflict(_("You have asked many sellers in a short time. Go on in an hour."))
    return _send(gig, question, at)


@transaction.atomic
def ask_several(gig_ids: Sequence[int], question: Question, at: datetime) -> list[UUID]:
    """The same question to the sellers of up to three gigs, each in a conversation of their own.

    Raises InvalidInput (nobody chosen, too many, or not offered any more), Conflict (too often in a day).
    """
    ids = sorted(set(gig_ids))
    if not 1 <= len(ids) <= SELLERS_AT_ONCE:
        message = _("Choose one to three sellers.")
        raise InvalidInput(message, fields={"sellers": message})
    gigs = list(Gig.objects.active().filter(pk__in=ids, is_private=False).exclude(seller_id=question.author_id))
    if len({gig.seller_id for gig in gigs}) < len(ids):
        message = _("One of them is not offered any more. Choose again.")
        raise InvalidInput(message, fields={"sellers": message})
    if not throttle.spend(f"ask-several:{question.author_id}", 1, limit=TIMES_A_DAY, seconds=_DAY):
        raise Conflict(_("You have asked several sellers at once %(count)s times today.") % {"count": TIMES_A_DAY})
    return [_send(gig, question, at) for gig in gigs]


def _send(gig: Gig, question: Question, at: datetime) -> UUID:
    conversation_id = inbox.open_conversation(
        reference=f"gig:{gig.pk}:{question.author_id}",
        title=gig.title,
        url="",
        participant_ids=[gig.seller_id, question.author_id],
        at=at,
    )
    inbox.post_message(
        conversation_id=conversation_id,
        author_id=question.author_id,
        body=question.body,
        files=[],
        key=question.key,
        at=at,
    )
    return conversation_id
