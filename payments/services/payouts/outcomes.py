"""What became of a payout: under way, paid, failed, or come back after it had been paid."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from accounts import api as accounts
from marketplace.kernel import events
from payments import locks
from payments.events import PayoutFailed, PayoutPaid
from payments.gateway import objects, payouts
from payments.gateway.errors import GatewayError
from payments.models import OperationKind, Payout, PayoutState, StripeOperation
from payments.operations.registry import handles
from payments.reasons import failure_words
from payments.services.telling import tell

logger = logging.getLogger(__name__)

# These will not go away by themselves: no payout until the seller has changed the bank.
BANK_FAULTS = frozenset(
    {
        "account_closed",
        "account_frozen",
        "bank_account_restricted",
        "bank_account_unusable",
        "bank_ownership_changed",
        "debit_not_authorized",
        "declined",
        "expired",
        "incorrect_account_holder_address",
        "incorrect_account_holder_name",
        "incorrect_account_holder_tax_id",
        "incorrect_account_type",
        "invalid_account_number",
        "invalid_account_number_length",
        "invalid_currency",
        "no_account",
        "unsupported_card",
    }
)
_QUIET = timedelta(minutes=5)
# Banks send money back for some days.
_MAY_RETURN, _MAY_RETURN_QUIET = timedelta(days=10), timedelta(hours=12)


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
        """The account is closed, or does not have that much any more; what there is goes with a later payout."""
        payout = _lock(uuid.UUID(op.subject))
        if payout.state == PayoutState.ASKED:
            _fail(payout, str(error), error.code, at)
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
            events.publish(PayoutPaid(payout.account.user_id, payout.amount, at))
        elif state == PayoutState.FAILED:
            _fail(payout, found.failure, found.failure_code, at)
    payout.save()


def _fail(payout: Payout, why: str, code: str, at: datetime) -> None:
    """The money is in the connected account again; the next payout includes it."""
    payout.state, payout.failed_at = PayoutState.FAILED, at
    payout.failure, payout.failure_code = why[:300], code[:60]
    payout.releases.update(payout=None)
    if code in BANK_FAULTS:
        payout.account.bank_refused_since = payout.account.bank_refused_since or at
        payout.account.save(update_fields=["bank_refused_since"])
    with accounts.speaking_to(payout.account.user_id):
        words = failure_words(code)
        events.publish(PayoutFailed(payout.account.user_id, payout.amount, words.title, payout.paid_at is not None, at))
        tell(payout.account.user_id, f"payout:{payout.id}:failed", words.title, words.advice, at, amount=payout.amount)
    logger.error("payout %s failed: %s (%s)", payout.id, why, code)


def _lock(payout_id: uuid.UUID) -> Payout:
    account_id = Payout.objects.values_list("account_id", flat=True).get(pk=payout_id)
    account = locks.lock_account(account_id)
    payout = Payout.objects.get(pk=payout_id)
    payout.account = account
    return payout


def stale(at: datetime, *, limit: int) -> list[Payout]:
    """Payouts that nobody has asked about for a while: on their way, or paid so lately that they may come back."""
    on_the_way = Q(state=PayoutState.SENT) & (Q(synced_at=None) | Q(synced_at__lte=at - _QUIET))
    may_return = Q(state=PayoutState.PAID, paid_at__gte=at - _MAY_RETURN, synced_at__lte=at - _MAY_RETURN_QUIET)
    found = Payout.objects.filter(on_the_way | may_return).select_related("account")
    return list(found.order_by("synced_at", "asked_at")[:limit])
