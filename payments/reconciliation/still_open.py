"""Asking Stripe about what is still open here, so that a webhook that never came does no harm for long."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model, Q

from payments.contracts import ChargeState
from payments.gateway.errors import GatewayError, NoAnswer, Unauthorised
from payments.models import Charge, Chargeback, ChargebackState, Payout, Refund, RefundState
from payments.services import payouts
from payments.webhooks.envelope import Source
from payments.webhooks.processing import catch_up

logger = logging.getLogger(__name__)

_PATIENCE = timedelta(seconds=60)
_DISPUTE_PATIENCE = timedelta(hours=1)


def ask(at: datetime, *, limit: int = 50) -> int:
    """Catches up with pending charges, fees not known yet, refunds, payouts and disputes; returns how many."""
    return sum(ask_some(at, limit) for ask_some in (_ask_charges, _ask_refunds, _ask_payouts, _ask_disputes))


def _ask_charges(at: datetime, limit: int) -> int:
    unsettled = Q(state=ChargeState.PENDING) | Q(
        state=ChargeState.CAPTURED, stripe_fee_minor=None, captured_at__gte=at - timedelta(days=7)
    )
    waiting = Charge.objects.filter(_quiet(at), unsettled, created_at__lte=at - _PATIENCE).exclude(session_id="")
    found = list(waiting.order_by("synced_at")[:limit])
    return _each(found, lambda charge: catch_up("checkout.session.completed", charge.session_id, at), at)


def _ask_refunds(at: datetime, limit: int) -> int:
    waiting = Refund.objects.filter(_quiet(at), state=RefundState.PENDING).exclude(stripe_refund_id="")
    found = list(waiting.order_by("synced_at")[:limit])
    return _each(found, lambda refund: catch_up("refund.updated", refund.stripe_refund_id, at), at)


def _ask_payouts(at: datetime, limit: int) -> int:
    def look(payout: Payout) -> None:
        account = payout.account.stripe_id
        catch_up("payout.updated", payout.stripe_payout_id, at, source=Source.CONNECT, account=account)

    return _each(payouts.stale(at, limit=limit), look, at)


def _ask_disputes(at: datetime, limit: int) -> int:
    """Banks take weeks, and where they have decided for the site, some send the money back only later."""
    undecided = Q(state__in=[ChargebackState.INQUIRY, ChargebackState.OPEN])
    owed = Q(state=ChargebackState.WON, withdrawn_minor__gt=0)
    open_ones = Chargeback.objects.filter(undecided | owed)
    found = list(open_ones.filter(synced_at__lte=at - _DISPUTE_PATIENCE).order_by("synced_at")[:limit])
    return _each(found, lambda one: catch_up("charge.dispute.updated", one.stripe_dispute_id, at), at)


def _quiet(at: datetime) -> Q:
    return Q(synced_at=None) | Q(synced_at__lte=at - _PATIENCE)


def _each(rows: Sequence[Any], look: Callable[[Any], object], at: datetime) -> int:
    """One row's trouble holds up nobody else; where Stripe does not answer at all, the rest waits for the next run."""
    for done, row in enumerate(rows):
        _note(row, at)
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


def _note(row: Model, at: datetime) -> None:
    """Noted first: a row that fails every time goes to the back of the queue like all others."""
    type(row)._default_manager.filter(pk=row.pk).update(synced_at=at)
