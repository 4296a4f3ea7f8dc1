"""Refunds: pending, succeeded, and those that a bank sends back."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from marketplace.kernel.models import as_uuid
from payments.gateway import objects, refunds
from payments.models import Refund
from payments.services.refunds import record_refund
from payments.webhooks.handlers.parts import closing, unowned
from payments.webhooks.registry import Effect, Hint, follows


@follows("refund.created", "refund.updated", "refund.failed", "charge.refund.updated")
def refund(hint: Hint) -> Effect | None:
    found = refunds.read(hint.object_id)
    return _recording(found) or unowned(found.id, found.metadata)


@follows("charge.refunded")
def refunded(hint: Hint) -> Effect | None:
    """Says only that there is a refund, so all of the charge's are looked at."""
    effects = [each for found in refunds.of_charge(hint.object_id) if (each := _recording(found))]

    def all_of_them(at: datetime) -> None:
        for effect in effects:
            effect(at)

    return all_of_them if effects else None


def _recording(found: objects.Refund) -> Effect | None:
    refund_id = as_uuid(found.metadata.get("refund_id", ""))
    if refund_id is None or not Refund.objects.filter(pk=refund_id).exists():
        return None
    return closing(found, partial(record_refund, refund_id, found))
