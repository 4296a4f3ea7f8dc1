"""The seller is heard before a bank is answered: what they write goes into the evidence, until it is sent (row 43)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel.errors import Conflict
from orders.models import DeliveryFile, Order
from orders.services.acceptance import written
from orders.services.transition import lock, party
from orders.states import Actor
from payments import api as payments
from payments.contracts import BankClaim

# The bank reads it as it is: in one language, whatever the seller's.
_FILES = "\n\nFiles handed over on this site: "


def open_claims(order: Order) -> list[BankClaim]:
    """Of the order's payments, those about which something can still be said."""
    if order.charged_back_at is None:
        return []
    return [claim for claim in payments.bank_claims(order.reference) if not claim.was_sent]


def tell_bank(*, order_id: uuid.UUID, actor_id: int, text: str, file_ids: Iterable[int], at: datetime) -> None:
    """Takes the place of what was written before. Raises Conflict for the buyer, or once it was sent; InvalidInput
    without words.
    """
    with transaction.atomic():
        order, at = lock(order_id, at)
        by = party(order, actor_id)
        claims = open_claims(order)
        if by.role != Actor.SELLER or not claims:
            raise Conflict(_("The bank is not waiting for your side just now."), code="no_claim")
        text = written(text, "text", _("Say in a few sentences what happened."))
        files = handed_over(order).filter(pk__in=list(file_ids))
        names = ", ".join(item.file.name for item in files)
        for claim in claims:
            payments.tell_bank(claim.id, text + (_FILES + names if names else ""))


def handed_over(order: Order):  # type: ignore[no-untyped-def]  # a query set of the ORM's own making
    return DeliveryFile.objects.filter(delivery__order=order).select_related("file").order_by("pk")


def words_before(order: Order) -> str:
    """What the seller wrote so far, without the names of files."""
    return next((claim.note.partition(_FILES)[0] for claim in open_claims(order) if claim.note), "")
