"""What an event leads to: read the object again at Stripe, then apply it forward only.

A handler runs outside any transaction and returns the effect to apply inside one, or None where the
object is not ours (another site on the same account, a hand-made object).
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q

from marketplace.kernel.models import as_uuid
from payments.gateway import accounts, disputes, payouts, refunds, sessions, transfers, warnings
from payments.models import Charge, ConnectedAccount, Payout, Refund, StripeOperation, WebhookEvent
from payments.operations import executor
from payments.services.captures import record_session
from payments.services.card_testing import record_failures
from payments.services.chargebacks import record_dispute
from payments.services.onboarding import record_account
from payments.services.payouts import record_payout
from payments.services.recognising import Payment, recognise
from payments.services.refunds import record_refund
from payments.services.warnings import record_warning

Effect = Callable[[datetime], Any]
EventHandler = Callable[[WebhookEvent], Effect | None]


def handler_for(event_type: str) -> EventHandler | None:
    if event_type.startswith("v2.core.account"):
        return _account
    return _HANDLERS.get(event_type)


def _session(event: WebhookEvent) -> Effect | None:
    found = sessions.read(event.object_id)
    charge_id = as_uuid(found.metadata.get("charge_id", ""))
    if charge_id is None or not Charge.objects.filter(pk=charge_id).exists():
        return None
    return _closing(found, functools.partial(record_session, charge_id, found))


def _payment(event: WebhookEvent) -> Effect | None:
    """Second source of a payment, and first of Stripe's fee: leads to the charge's session."""
    body = event.payload.get("data", {}).get("object", {})
    intent = body.get("payment_intent") if isinstance(body, dict) else ""
    ids = [text for text in (event.object_id, intent) if text]
    hint = as_uuid(str((body.get("metadata") or {}).get("charge_id", ""))) if isinstance(body, dict) else None
    matches = Q(payment_intent_id__in=ids) | Q(stripe_charge_id__in=ids) | Q(pk=hint)
    charge = Charge.objects.filter(matches).exclude(session_id="").first()
    return functools.partial(record_session, charge.id, sessions.read(charge.session_id)) if charge else None


def _failed_payment(event: WebhookEvent) -> Effect | None:
    """A card was refused. Nothing of the order changes; somebody may be trying stolen ones."""
    body = event.payload.get("data", {}).get("object", {})
    charge_id = as_uuid(str((body.get("metadata") or {}).get("charge_id", ""))) if isinstance(body, dict) else None
    charge = Charge.objects.filter(pk=charge_id).exclude(session_id="").first() if charge_id else None
    if charge is None:
        return None
    found = sessions.read(charge.session_id)
    failures = sessions.failed_attempts(found.payment_intent_id) if found.payment_intent_id else 0
    return functools.partial(record_failures, charge.id, failures)


def _refund(event: WebhookEvent) -> Effect | None:
    found = refunds.read(event.object_id)
    refund_id = as_uuid(found.metadata.get("refund_id", ""))
    if refund_id is None or not Refund.objects.filter(pk=refund_id).exists():
        return None
    return _closing(found, functools.partial(record_refund, refund_id, found))


def _transfer(event: WebhookEvent) -> Effect | None:
    found = transfers.read(event.object_id)
    return _closing(found, lambda at: None) if _operation_id(found) else None


def _dispute(event: WebhookEvent) -> Effect | None:
    found = disputes.read(event.object_id)
    payment = recognise(found.charge_id, found.payment_metadata)
    return (
        _after(payment, _closing(found, functools.partial(record_dispute, payment.charge_id, found)))
        if payment
        else None
    )


def _warning(event: WebhookEvent) -> Effect | None:
    found = warnings.read(event.object_id)
    payment = recognise(found.charge_id, found.payment_metadata)
    return _after(payment, functools.partial(record_warning, payment.charge_id, found)) if payment else None


def _after(payment: Payment, record: Effect) -> Effect:
    """The payment first, where the bank was quicker to speak than Stripe."""

    def effect(at: datetime) -> None:
        payment.learn(at)
        record(at)

    return effect


def _payout(event: WebhookEvent) -> Effect | None:
    if not event.account:
        return None  # a payout of the platform itself
    found = payouts.read(event.object_id, event.account)
    payout_id = as_uuid(found.metadata.get("payout_id", ""))
    if payout_id is None or not Payout.objects.filter(pk=payout_id).exists():
        return None
    return _closing(found, functools.partial(record_payout, payout_id, found))


def _account(event: WebhookEvent) -> Effect | None:
    ids = [text for text in (event.account, event.object_id) if text.startswith("acct_")]
    account = ConnectedAccount.objects.filter(stripe_id__in=ids).first()
    if account is None:
        return None
    return functools.partial(record_account, account.id, accounts.read(account.stripe_id))


def _operation_id(found: Any) -> uuid.UUID | None:
    op_id = as_uuid(found.metadata.get("op_id", ""))
    return op_id if op_id and StripeOperation.objects.filter(pk=op_id).exists() else None


def _closing(found: Any, record: Effect) -> Effect:
    """Where our own answer was lost, the event closes the operation; else it records what changed since."""
    op_id = _operation_id(found)

    def effect(at: datetime) -> None:
        if op_id is None or not executor.complete(op_id, found, at):
            record(at)

    return effect


_HANDLERS: dict[str, EventHandler] = {
    "checkout.session.completed": _session,
    "checkout.session.async_payment_succeeded": _session,
    "checkout.session.async_payment_failed": _session,
    "checkout.session.expired": _session,
    "payment_intent.succeeded": _payment,
    "payment_intent.payment_failed": _failed_payment,
    "charge.failed": _failed_payment,
    "charge.succeeded": _payment,
    "charge.updated": _payment,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "transfer.created": _transfer,
    "transfer.updated": _transfer,
    "charge.dispute.created": _dispute,
    "charge.dispute.updated": _dispute,
    "charge.dispute.closed": _dispute,
    "charge.dispute.funds_withdrawn": _dispute,
    "charge.dispute.funds_reinstated": _dispute,
    "radar.early_fraud_warning.created": _warning,
    "radar.early_fraud_warning.updated": _warning,
    "payout.created": _payout,
    "payout.updated": _payout,
    "payout.paid": _payout,
    "payout.failed": _payout,
    "payout.canceled": _payout,
    "account.updated": _account,
    "capability.updated": _account,
    "account.application.deauthorized": _account,
}
