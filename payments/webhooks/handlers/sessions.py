"""Checkout sessions: paid, or over."""

from __future__ import annotations

from functools import partial

from marketplace.kernel.models import as_uuid
from payments.gateway import sessions
from payments.models import Charge
from payments.services.captures import record_session
from payments.webhooks.handlers.parts import closing
from payments.webhooks.registry import Effect, Hint, follows


@follows(
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
)
def session(hint: Hint) -> Effect | None:
    found = sessions.read(hint.object_id)
    charge_id = as_uuid(found.metadata.get("charge_id", ""))
    if charge_id is None or not Charge.objects.filter(pk=charge_id).exists():
        return None
    return closing(found, partial(record_session, charge_id, found))
