"""Payouts: what has reached sellers' connected accounts goes on to their banks.

They keep their own ledger at Stripe; ours ends with the transfer, and this is a mirror for display.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from marketplace.kernel import events
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import Money
from payments import locks
from payments.contracts import PayoutGate, PayoutPaid
from payments.gateway import objects, payouts
from payments.gateway.errors import GatewayError
from payments.models import ConnectedAccount, OperationKind, Payout, PayoutState, Release, ReleaseState, StripeOperation
from payments.operations import queue
from payments.operations.registry import handles

logger = logging.getLogger(__name__)

# Between two looks at a balance that was too small, as a part of the interval between payouts.
_LOOKS_PER_INTERVAL = 24


def run_payouts(at: datetime, *, limit: int = 200) -> int:
    """Intends a payout for every seller who is due one; returns how many. Outside any transaction.

    The first at once, then one per ``PAYOUT_INTERVAL``, each of at least ``PAYOUT_MINIMUM_MINOR``. One
    seller's trouble holds up nobody else.
    """
    made = 0
    for account in _due(at)[:limit]:
        try:
            available = payouts.available_minor(account.stripe_id, settings.SETTLEMENT_CURRENCY)
        except GatewayError as error:
            logger.warning("balance of %s: %s", account, error)
            _look_again(account, at)
            continue
        if available < settings.PAYOUT_MINIMUM_MINOR:
            _look_again(account, at)
            continue
        made += _ask(account.id, available, at)
    return made


def _due(at: datetime) -> Any:
    waiting = Release.objects.filter(payee=OuterRef("user"), state=ReleaseState.TRANSFERRED, payout=None)
    asked = Payout.objects.filter(account=OuterRef("pk"), state=PayoutState.ASKED)
    return (
        ConnectedAccount.objects.filter(Q(payout_due_at=None) | Q(payout_due_at__lte=at), gate=PayoutGate.OPEN)
        .filter(Exists(waiting), ~Exists(asked))
        .order_by("payout_due_at", "id")
    )


def _look_again(account: ConnectedAccount, at: datetime) -> None:
    due = at + settings.PAYOUT_INTERVAL / _LOOKS_PER_INTERVAL
    ConnectedAccount.objects.filter(pk=account.pk).update(payout_due_at=due)


@transaction.atomic
def _ask(account_id: uuid.UUID, amount_minor: int, at: datetime) -> bool:
    account = locks.lock_account(account_id)
    if account.payout_due_at and account.payout_due_at > at:
        return False  # another run was here since
    if account.payouts.filter(state=PayoutState.ASKED).exists():
        return False
    account.payout_due_at = at + settings.PAYOUT_INTERVAL
    account.save(update_fields=["payout_due_at"])
    made = Payout.objects.create(
        account=account, amount_minor=amount_minor, currency=settings.SETTLEMENT_CURRENCY, asked_at=at
    )
    _cover(made, account)
    op_id = new_id()
    params = {
        "amount": amount_minor,
        "currency": made.currency.lower(),
        "metadata": {"op_id": str(op_id), "payout_id": str(made.id)},
    }
    queue.enqueue(
        OperationKind.CREATE_PAYOUT,
        made.id,
        operation_id=op_id,
        reference="",
        account=account.stripe_id,
        params=params,
        at=at,
    )
    return True


def _cover(payout: Payout, account: ConnectedAccount) -> None:
    """Which orders this payout pays: the oldest first, as far as the amount reaches."""
    left, covered = payout.amount_minor, []
    waiting = Release.objects.filter(payee_id=account.user_id, state=ReleaseState.TRANSFERRED, payout=None)
    for release in waiting.order_by("transferred_at", "id"):
        if release.net_minor > left:
            break
        left -= release.net_minor
        covered.append(release.pk)
    Release.objects.filter(pk__in=covered).update(payout=payout)


@handles(OperationKind.CREATE_PAYOUT)
class CreatePayout:
    def freeze(self, op: StripeOperation, at: datetime) -> dict[str, Any]:
        raise AssertionError("a payout's parameters are frozen with its intent")

    def send(self, op: StripeOperation) -> objects.Payout:
        return payouts.create(op.frozen, op.idempotency_key, op.account)

    def find(self, op: StripeOperation) -> objects.Payout | None:
        return payouts.find(str(op.id), op.account)

    def succeed(self, op: StripeOperation, found: objects.Payout, at: datetime) -> str:
        record_payout(uuid.UUID(op.subject), found, at)
        return found.id

    def refuse(self, op: StripeOperation, error: GatewayError, at: datetime) -> None:
        payout = _lock(uuid.UUID(op.subject))
        _fail(payout, str(error))
        payout.save()


_STATES = {
    "pending": PayoutState.SENT,
    "in_transit": PayoutState.SENT,
    "paid": PayoutState.PAID,
    "failed": PayoutState.FAILED,
    "canceled": PayoutState.FAILED,
}
_ORDER = [PayoutState.ASKED, PayoutState.SENT, PayoutState.PAID, PayoutState.FAILED]


def record_payout(payout_id: uuid.UUID, found: objects.Payout, at: datetime) -> None:
    """Applies a payout that was read at Stripe, forward only: a failure can follow a success. Inside a transaction."""
    payout = _lock(payout_id)
    payout.stripe_payout_id, payout.arrives_on, payout.synced_at = found.id, found.arrives_on, at
    state = _STATES.get(found.status, PayoutState.SENT)
    if _ORDER.index(state) > _ORDER.index(PayoutState(payout.state)):
        payout.state = state
        if state == PayoutState.PAID:
            payout.paid_at = at
            amount = Money(payout.amount_minor, payout.currency)
            events.publish(PayoutPaid(payout.account.user_id, amount, at))
        elif state == PayoutState.FAILED:
            _fail(payout, found.failure)
    payout.save()


def _fail(payout: Payout, why: str) -> None:
    """The money is in the connected account again; the next run includes it."""
    payout.state, payout.failure = PayoutState.FAILED, why[:300]
    payout.releases.update(payout=None)
    logger.error("payout %s failed: %s", payout.id, why)


def _lock(payout_id: uuid.UUID) -> Payout:
    account_id = Payout.objects.values_list("account_id", flat=True).get(pk=payout_id)
    account = locks.lock_account(account_id)
    payout = Payout.objects.get(pk=payout_id)
    payout.account = account
    return payout


def stale(at: datetime, *, limit: int) -> list[Payout]:
    """Payouts on their way that nobody has asked about for a while."""
    quiet = Q(synced_at=None) | Q(synced_at__lte=at - timedelta(minutes=5))
    return list(
        Payout.objects.filter(quiet, state=PayoutState.SENT).select_related("account").order_by("asked_at")[:limit]
    )
