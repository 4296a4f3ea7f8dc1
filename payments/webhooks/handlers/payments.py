"""Payments: second source of a capture, and first of Stripe's fee. They lead to the charge's session."""

from __future__ import annotations

from functools import partial

from django.db.models import Q

from marketplace.kernel.models import as_uuid
from payments.gateway import charges, sessions
from payments.gateway.objects import Payment
from payments.models import Charge
from payments.services.captures import record_session
from payments.services.card_testing import record_failures
from payments.webhooks.handlers.parts import unowned
from payments.webhooks.registry import Effect, Hint, follows


@follows("charge.succeeded", "charge.updated")
def charge(hint: Hint) -> Effect | None:
    found = charges.read(hint.object_id)
    return _recording(found) or unowned(hint.object_id, found.metadata)


@follows("payment_intent.succeeded", "payment_intent.canceled")
def intent(hint: Hint) -> Effect | None:
    return _recording(charges.read_intent(hint.object_id))


@follows("charge.failed")
def refused_charge(hint: Hint) -> Effect | None:
    return _counting_refusals(charges.read(hint.object_id))


@follows("payment_intent.payment_failed")
def refused_intent(hint: Hint) -> Effect | None:
    return _counting_refusals(charges.read_intent(hint.object_id))


def _recording(found: Payment) -> Effect | None:
    ours = _ours(found)
    return partial(record_session, ours.id, sessions.read(ours.session_id)) if ours else None


def _counting_refusals(found: Payment) -> Effect | None:
    """A card was refused. Nothing of the order changes; somebody may be trying stolen ones."""
    ours = _ours(found)
    return partial(record_failures, ours.id, sessions.failed_attempts(found.intent_id)) if ours else None


def _ours(found: Payment) -> Charge | None:
    known = Q(payment_intent_id__in=_ids(found.intent_id)) | Q(stripe_charge_id__in=_ids(found.charge_id))
    marked = Q(pk=as_uuid(found.metadata.get("charge_id", "")))
    return Charge.objects.filter(known | marked).exclude(session_id="").first()


def _ids(text: str) -> list[str]:
    return [text] if text else []
