"""What moderators write down for each other; never changed, never shown to the two sides."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel.errors import NotFound
from orders.models import CaseNote, Dispute
from orders.services.acceptance import written
from orders.services.transition import lock, staff


def note(*, order_id: uuid.UUID, moderator_id: int, text: str, at: datetime) -> None:
    """Also on a case that is closed. Raises InvalidInput without words."""
    with transaction.atomic():
        order, at = lock(order_id, at)
        staff(moderator_id, order, accounts.is_moderator)
        dispute = Dispute.objects.filter(order=order).order_by("-opened_at", "-id").first()
        if dispute is None:
            raise NotFound(_("There is no such case."))
        text = written(text, "note", _("Write at least a sentence."))
        CaseNote.objects.create(dispute=dispute, author_id=moderator_id, text=text, at=at)
