"""Words that somebody writes often, put into a message with one click."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from inbox.models import QuickReply
from marketplace.kernel.errors import Conflict

MOST = 30


def replies_of(user_id: int) -> list[QuickReply]:
    return list(QuickReply.objects.filter(owner_id=user_id).order_by("name")[:MOST])


@transaction.atomic
def keep(*, owner_id: int, name: str, body: str) -> None:
    """A new one; under a name that is known, its words anew. Raises Conflict (so many are kept)."""
    mine = QuickReply.objects.filter(owner_id=owner_id)
    if mine.exclude(name=name).count() >= MOST:
        raise Conflict(_("You keep %(count)s quick replies. Delete one first.") % {"count": MOST})
    mine.update_or_create(owner_id=owner_id, name=name, defaults={"body": body})


def delete(*, owner_id: int, reply_id: int) -> None:
    QuickReply.objects.filter(owner_id=owner_id, pk=reply_id).delete()
