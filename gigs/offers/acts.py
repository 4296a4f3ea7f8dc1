"""What a seller can do in any conversation."""

from __future__ import annotations

import uuid

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import api as accounts
from inbox.contracts import TalkAct


def make_an_offer(conversation_id: uuid.UUID, reader_id: int, other_id: int) -> TalkAct | None:
    if reader_id == other_id or not accounts.is_seller(reader_id):
        return None
    return TalkAct(_("Make an offer"), reverse("gigs:offer_new", args=[conversation_id]))
