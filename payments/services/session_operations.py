"""The two operations on a Checkout session: make it, and make it unpayable."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F

from marketplace.kernel import identity
from payments.gateway import sessions
from payments.gateway.errors import Busy, GatewayError, Refused
from payments.gateway.objects import Session
from payments.models import Charge, OperationKind, OperationState, StripeOperation
from payments.operations import queue
from payments.operations.registry import handles
from payments.services.captures import expire_unasked, record_session

# The buyer sees the window; the session lives a little longer, so that a payment begun in time is taken.
_GRACE = timedelta(minutes=5)
# Stripe allows no session shorter than 30 minutes; the sandbox does, for demonstrations.
_SHORTEST = timedelta(minutes=31)
_TITLE_LENGTH = 250
_SUFFIX_LENGTH = 10


def params_of(op: StripeOperation, charge: Charge, at: datetime) -> dict[str, Any]:
    """What Stripe is asked for, as the operation's first attempt freezes it."""
    life = timedelta(seconds=charge.window_seconds) + _GRACE
    if not settings.STRIPE_API_BASE:
        life = max(life, _SHORTEST)
    metadata = {"op_id": str(op.id), "charge_id": str(charge.id), "reference": charge.reference}
    return {
        "mode": "payment",
        "allowed_payment_method_types": ["card"],  # immediate ones only
        "adaptive_pricing": {"enabled": False},  # no hidden conversion
        "client_reference_id": str(charge.id),
        "customer_email": charge.payer_email,
        "line_items": [_line_item(line, charge.currency) for line in charge.lines],
        "expires_at": int((at + life).timestamp()),
        "success_url": settings.SITE_URL + charge.success_path,
        "cancel_url": settings.SITE_URL + charge.cancel_path,
        "metadata": metadata,
        "payment_intent_data": {
            "transfer_group": charge.reference,
            "metadata": metadata,
            **_descriptor(),
        },
    }


@handles(OperationKind.CREATE_SESSION)
class CreateSession:
    def freeze(self, op: StripeOperation, at: datetime) -> dict[str, Any]:
        return params_of(op, Charge.objects.get(pk=op.subject), at)

    def send(self, op: StripeOperation) -> Session:
        return sessions.create(op.frozen, op.idempotency_key)

    def find(self, op: StripeOperation) -> Session | None:
        return sessions.find(str(op.id), op.created_at)

    def succeed(self, op: StripeOperation, found: Session, at: datetime) -> str:
        record_session(uuid.UUID(op.subject), found, at, reference=op.reference)
        return found.id

    def refuse(self, op: StripeOperation, error: GatewayError, at: datetime) -> None:
        """Nothing was charged: the buyer may ask again, which makes a new operation."""


@handles(OperationKind.EXPIRE_SESSION)
class ExpireSession:
    """Its outcome is the session as it then is: expired, or paid a moment before."""

    def freeze(self, op: StripeOperation, at: datetime) -> dict[str, Any]:
        return {}

    def send(self, op: StripeOperation) -> Session | None:
        session_id = Charge.objects.values_list("session_id", flat=True).get(pk=op.subject)
        if not session_id:
            _withdraw(op)
            return None
        try:
            return sessions.expire(session_id, op.idempotency_key)
        except Refused:  # not open any more
            return sessions.read(session_id)

    def find(self, op: StripeOperation) -> Session | None:
        return self.send(op)

    def succeed(self, op: StripeOperation, found: Session | None, at: datetime) -> str:
        if found is None:
            if not expire_unasked(uuid.UUID(op.subject), at):
                raise Busy("a session was made in the meantime")
            return ""
        record_session(uuid.UUID(op.subject), found, at, reference=op.reference)
        return found.id

    def refuse(self, op: StripeOperation, error: GatewayError, at: datetime) -> None:
        """The next sweep of the owner asks again."""


def _withdraw(op: StripeOperation) -> None:
    """Withdraws the intent to make the session; raises Busy while somebody may be making it."""
    making = queue.latest(OperationKind.CREATE_SESSION, uuid.UUID(op.subject))
    if making is None or making.state == OperationState.FAILED:
        return
    unsent = StripeOperation.objects.filter(pk=making.pk, state=OperationState.PENDING, tries=0, attempt=1)
    if not unsent.update(state=OperationState.FAILED, version=F("version") + 1, error="withdrawn: window passed"):
        raise Busy("the session is being made")


def _line_item(line: dict[str, Any], currency: str) -> dict[str, Any]:
    return {
        "quantity": line["quantity"],
        "price_data": {
            "currency": currency.lower(),
            "unit_amount": line["unit_minor"],
            "product_data": {"name": line["title"][:_TITLE_LENGTH]},
        },
    }


def _descriptor() -> dict[str, str]:
    """What stands behind the platform's name on the card statement."""
    suffix = "".join(letter for letter in identity.name().upper() if letter.isascii() and letter.isalnum())
    return {"statement_descriptor_suffix": suffix[:_SUFFIX_LENGTH]} if suffix else {}
