"""Disputes: a bank asks, takes money back, and decides."""

from __future__ import annotations

from functools import partial

from payments.gateway import disputes
from payments.services.chargebacks import record_dispute
from payments.services.recognising import recognise
from payments.webhooks.handlers.parts import closing, following, unowned
from payments.webhooks.registry import Effect, Hint, follows


@follows(
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)
def dispute(hint: Hint) -> Effect | None:
    found = disputes.read(hint.object_id)
    payment = recognise(found.charge_id, found.payment_metadata)
    if payment is None:
        return unowned(found.id, found.payment_metadata)
    return following(payment, closing(found, partial(record_dispute, payment.charge_id, found)))
