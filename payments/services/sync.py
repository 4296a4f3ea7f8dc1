"""Asking Stripe about what is still open, so that a webhook that never came does no harm."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from payments.contracts import ChargeState
from payments.errors import ProviderAway
from payments.gateway import payouts as payout_gateway
from payments.gateway import refunds as refund_gateway
from payments.gateway.errors import GatewayError
from payments.models import Charge, Refund, RefundState
from payments.services import payouts
from payments.services.charges import sync_charge
from payments.services.refunds import record_refund

logger = logging.getLogger(__name__)

_PATIENCE = timedelta(seconds=60)


def sync_open(at: datetime, *, limit: int = 50) -> int:
    """Re-reads pending charges, fees not known yet, refunds and payouts under way; returns how many."""
    try:
        return _sync_charges(at, limit) + _sync_refunds(at, limit) + _sync_payouts(at, limit)
    except (GatewayError, ProviderAway) as error:
        logger.warning("Stripe is away: %s", error)
        return 0


def _sync_charges(at: datetime, limit: int) -> int:
    quiet = Q(synced_at=None) | Q(synced_at__lte=at - _PATIENCE)
    unsettled = Q(state=ChargeState.PENDING) | Q(
        state=ChargeState.CAPTURED, stripe_fee_minor=None, captured_at__gte=at - timedelta(days=7)
    )
    found = Charge.objects.filter(quiet, unsettled, created_at__lte=at - _PATIENCE).exclude(session_id="")
    ids = list(found.order_by("synced_at").values_list("id", flat=True)[:limit])
    for charge_id in ids:
        sync_charge(charge_id, at)
    return len(ids)


def _sync_refunds(at: datetime, limit: int) -> int:
    quiet = Q(synced_at=None) | Q(synced_at__lte=at - _PATIENCE)
    found = list(Refund.objects.filter(quiet, state=RefundState.PENDING).exclude(stripe_refund_id="")[:limit])
    for refund in found:
        seen = refund_gateway.read(refund.stripe_refund_id)
        with transaction.atomic():
            record_refund(refund.id, seen, at)
    return len(found)


def _sync_payouts(at: datetime, limit: int) -> int:
    found = payouts.stale(at, limit=limit)
    for payout in found:
        seen = payout_gateway.read(payout.stripe_payout_id, payout.account.stripe_id)
        with transaction.atomic():
            payouts.record_payout(payout.id, seen, at)
    return len(found)
