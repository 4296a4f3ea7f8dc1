"""Intending a payout: the account is locked, every reason against it is looked at again, then it is written down."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import F, Sum

from marketplace.kernel.ids import new_id
from marketplace.kernel.money import Money
from payments import locks, rules
from payments.contracts import PayoutGate
from payments.gateway.objects import Funds
from payments.models import (
    Brake,
    ConnectedAccount,
    ConnectedBalance,
    OperationKind,
    Outflow,
    Payout,
    PayoutCause,
    PayoutState,
    Release,
)
from payments.operations import queue
from payments.payability import Hindrance, Standing, why_not, why_not_by_hand
from payments.selectors import lying
from payments.selectors.plans import Plan, plan_of


@transaction.atomic
def ask(account_id: uuid.UUID, funds: Funds, at: datetime, *, by_hand: bool = False) -> Payout | tuple[Hindrance, ...]:
    """Intends the payout of what lies in an account in one currency, or says why not."""
    account = locks.lock_account(account_id)
    plan, currency = plan_of(account.user_id), funds.available.currency
    standing = standing_of(account, plan, funds, is_aged=currency in lying.aged(account_id, at))
    reasons = (why_not_by_hand if by_hand else why_not)(standing, at)
    if reasons:
        return reasons
    available = standing.available.amount_minor
    is_whole = by_hand or standing.is_aged
    amount = rules.payable(Money(available if is_whole else plan.part_of(available, currency), currency))
    cause = PayoutCause.SELLER if by_hand else PayoutCause.AGE if standing.is_aged else PayoutCause.SCHEDULE
    return _make(account, amount, cause, at)


def standing_of(account: ConnectedAccount, plan: Plan, funds: Funds, *, is_aged: bool) -> Standing:
    currency = funds.available.currency
    return Standing(
        gate=PayoutGate(account.gate),
        was_open=account.opened_at is not None,
        bank_refused=account.bank_refused_since is not None,
        stopped_until=account.stopped_until,
        is_braked=Brake.objects.filter(outflow=Outflow.PAYOUTS).exists(),
        is_under_way=account.payouts.filter(state=PayoutState.ASKED, currency=currency).exists(),
        available=rules.payable(funds.available),
        pending=funds.pending,
        minimum=rules.minimum(currency),
        schedule=plan.schedule,
        due_at=account.payout_due_at,
        is_aged=is_aged,
    )


def _make(account: ConnectedAccount, amount: Money, cause: PayoutCause, at: datetime) -> Payout:
    made = Payout.objects.create(
        account=account,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        livemode=account.livemode,
        cause=cause,
        bank_label=account.bank_label,
        asked_at=at,
    )
    _cover(made)
    op_id = new_id()
    params = {
        "amount": amount.amount_minor,
        "currency": amount.currency.lower(),
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
    return made


def _cover(made: Payout) -> None:
    """Which orders this payout pays: the oldest first, as far as it reaches beside what earlier ones left over."""
    left, covered = made.amount_minor + _left_over(made), []
    waiting = lying.waiting().filter(account=made.account, charge__currency=made.currency)
    for release in waiting.order_by("transferred_at", "id"):
        left -= release.sent_minor - release.reversed_minor
        if left < 0:
            break
        covered.append(release.pk)
    Release.objects.filter(pk__in=covered).update(payout=made)


def _left_over(made: Payout) -> int:
    """What earlier payouts took out beyond the orders that they pay: a steady amount rarely ends at an order."""
    earlier = Payout.objects.filter(account=made.account, currency=made.currency).exclude(pk=made.pk)
    earlier = earlier.exclude(state=PayoutState.FAILED)
    paid = earlier.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    covered = Release.objects.filter(payout__in=earlier)
    taken = covered.aggregate(sum=Sum(F("sent_minor") - F("reversed_minor")))["sum"] or 0
    return max(paid - taken, 0)


def remember(account_id: uuid.UUID, found: dict[str, Funds], at: datetime) -> None:
    """Keeps what was seen in a connected account, for its seller's page."""
    rows = [
        ConnectedBalance(
            account_id=account_id,
            currency=currency,
            available_minor=funds.available.amount_minor,
            pending_minor=funds.pending.amount_minor,
            read_at=at,
        )
        for currency, funds in found.items()
    ]
    ConnectedBalance.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["account", "currency"],
        update_fields=["available_minor", "pending_minor", "read_at"],
    )
