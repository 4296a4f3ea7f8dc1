"""What the two sides write to each other on the order page."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from inbox import api as inbox
from marketplace.kernel.errors import Conflict
from orders.models import Order
from orders.services.notices import open_talk
from orders.states import ENDED


def say(order: Order, author_id: int, *, body: str, files: Sequence[uuid.UUID], key: str, at: datetime) -> int:
    """One message with waiting files; the same key again says nothing new. In the caller's transaction.

    Raises Conflict before the order is paid, NotAllowed after its end where one has blocked the other, InvalidInput as
    the inbox does.
    """
    if not order.may_talk:
        raise Conflict(_("You can write to each other once the order is paid."), code="not_paid")
    if order.state in ENDED and order.charged_back_at is None:
        inbox.check_not_blocked(author_id, [order.buyer_id, order.seller_id])
    talk = open_talk(order, at)
    return inbox.say(conversation_id=talk, author_id=author_id, body=body, uploads=files, key=key, at=at)
