"""Asking Stripe about what is still open, so that a webhook that never came does no harm."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Q

from payments.contracts import ChargeState
from payments.gateway import payouts as payout_gateway
from payments.gateway import refunds as refund_gateway
from payments.gateway.errors import GatewayError, NoAnswer, Unauthorised
from payments.models import Charge, Payout, Refund, RefundState
from payments.services import payouts
from payments.services.charges import look_again
from payments.services.refunds import record_refund

logger = logging.getLogger(__name__)

_PATIENCE = timedelta(seconds=60)

Row = TypeVar("Row", Charge, Refund, Payout)


def sync_open(at: datetime, *, limit: int = 50) -> int:
    """Re-reads pending charges, fees not known yet, refunds and payouts under way; returns how many."""
    return _sync_charges(at, limit) + _sync_refunds(at, limit) + _sync_payouts(at, limit)


def _each(rows: Sequence[Row], look: Callable[[Row], object], at: datetime) -> int:
    """One row's trouble holds up nobody else; where Stripe does not answer at all, the rest waits for the next run."""
    for done, row in enumerate(rows):
        # Noted first: a row that fails every time goes to the back of the queue like all others.
        type(row).objects.filter(pk=row.pk).update(synced_at=at)
        try:
            look(row)
        except (NoAnswer, Unauthorised) as error:
            logger.warning("Stripe is away: %s", error)
            return done
        except GatewayError as error:
            logger.warning("Stripe does not tell of %s: %s", row, error)
        except Exception:
            logger.exception("what Stripe said of %s could not be recorded", row)
    return len(rows)


def _sync_charges(at: datetime, limit: int) -> int:
    quiet = Q(synced_at=None) | Q(synced_at__lte=at - _PATIENCE)
    unsettled = Q(state=ChargeState.PENDING) | Q(
        state=ChargeState.CAPTURED, stripe_fee_minor=None, captured_at__gte=at - timedelta(days=7)
    )
    found = Charge.objects.filter(quiet, unsettled, created_at__lte=at - _PATIENCE).exclude(session_id="")
    return _each(list(found.order_by("synced_at")[:limit]), lambda charge: look_again(charge, at), at)


def _sync_refunds(at: datetime, limit: int) -> int:
    quiet = Q(synced_at=None) | Q(synced_at__lte=at - _PATIENCE)
    found = Refund.objects.filter(quiet, state=RefundState.PENDING).exclude(stripe_refund_id="")

    def look(refund: Refund) -> None:
        seen = refund_gateway.read(refund.stripe_refund_id)
        with transaction.atomic():
            record_refund(refund.id, seen, at)

    return _each(list(found.order_by("synced_at")[:limit]), look, at)


def _sync_payouts(at: datetime, limit: int) -> int:
    def look(payout: Payout) -> None:
        seen = payout_gateway.read(payout.stripe_payout_id, payout.account.stripe_id)
        with transaction.atomic():
            payouts.record_payout(payout.id, seen, at)

    return _each(payouts.stale(at, limit=limit), look, at)
