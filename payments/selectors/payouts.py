"""A seller's payouts: those that were, and what the next one waits for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from marketplace.kernel import cursors
from marketplace.kernel.money import Money
from payments import rules
from payments.contracts import PayoutGate
from payments.models import (
    Brake,
    ConnectedAccount,
    ConnectedBalance,
    Outflow,
    Payout,
    PayoutCause,
    PayoutState,
)
from payments.payability import OF_THE_SCHEDULE, Hindrance, Standing, why_not
from payments.reasons import Words, failure_words, words_of
from payments.selectors import lying
from payments.selectors.gate import Asked, asked_of
from payments.selectors.plans import Plan, plan_of
from payments.selectors.shapes import PayoutView

_PAGE = 20
_SHOWN_ON_THE_DESK = 6


@dataclass(frozen=True, slots=True)
class Next:
    """The next payout in one currency."""

    available: Money
    pending: Money  # in the account, but not settled at the provider
    reasons: tuple[Hindrance, ...]  # why it is not made now
    due_at: datetime | None
    stopped_until: datetime | None
    minimum: Money
    steady: Money | None  # no more than this goes out in a week

    @property
    def may_ask(self) -> bool:
        """Whether the button would pay it now."""
        return not self._real

    @property
    def is_due(self) -> bool:
        return not self.reasons

    @property
    def words(self) -> Words | None:
        """The first reason that is not just the schedule's."""
        return words_of(self._real[0]) if self._real else None

    @property
    def _real(self) -> list[Hindrance]:
        return [reason for reason in self.reasons if reason not in OF_THE_SCHEDULE]

    @property
    def is_stopped(self) -> bool:
        return Hindrance.BANK_CHANGED in self.reasons

    @property
    def is_by_hand(self) -> bool:
        return Hindrance.MANUAL in self.reasons


@dataclass(frozen=True, slots=True)
class PayoutDesk:
    """What a seller's page shows of payouts."""

    account: ConnectedAccount | None
    plan: Plan
    asked: list[Asked]  # by the provider
    next: list[Next]  # by currency
    payouts: list[PayoutView]
    has_more: bool


def desk_of(user_id: int, at: datetime) -> PayoutDesk:
    """Nine queries at most."""
    account = ConnectedAccount.objects.filter(user_id=user_id, replaced_at=None).exclude(stripe_id="").first()
    plan = plan_of(user_id)
    payouts = list(_of(user_id).order_by("-asked_at", "-pk")[:_SHOWN_ON_THE_DESK])
    return PayoutDesk(
        account=account,
        plan=plan,
        asked=asked_of(account) if account else [],
        next=_next(account, plan, at) if account else [],
        payouts=[view(payout) for payout in payouts[: _SHOWN_ON_THE_DESK - 1]],
        has_more=len(payouts) == _SHOWN_ON_THE_DESK,
    )


def page_of(user_id: int, before: str) -> tuple[list[PayoutView], str]:
    """A page of payouts, newest first, and the name of the next one."""
    found = list(cursors.older(_of(user_id), "asked_at", before)[: _PAGE + 1])
    shown = found[:_PAGE]
    more = cursors.name(shown[-1].asked_at, shown[-1].pk) if len(found) > _PAGE else ""
    return [view(payout) for payout in shown], more


def _of(user_id: int) -> QuerySet[Payout]:
    return Payout.objects.filter(account__user_id=user_id)


def view(payout: Payout) -> PayoutView:
    words = failure_words(payout.failure_code) if payout.state == PayoutState.FAILED else Words("", "")
    return PayoutView(
        id=payout.id,
        amount=payout.amount,
        state=payout.state,
        asked_at=payout.asked_at,
        arrives_on=payout.arrives_on,
        paid_at=payout.paid_at,
        failed_at=payout.failed_at,
        failure=words.title,
        advice=words.advice,
        bank=payout.bank_label,
        by_hand=payout.cause == PayoutCause.SELLER,
    )


def _next(account: ConnectedAccount, plan: Plan, at: datetime) -> list[Next]:
    """In every currency that the site settles in or the account has something in."""
    inside = {code: amount for (_, code), amount in lying.in_accounts(Q(pk=account.pk)).items()}
    seen = {row.currency: row for row in ConnectedBalance.objects.filter(account=account)}
    under_way = set(account.payouts.filter(state=PayoutState.ASKED).values_list("currency", flat=True))
    is_braked = Brake.objects.filter(outflow=Outflow.PAYOUTS).exists()
    old = lying.aged(account.id, at)
    codes = [code for code in settings.SETTLEMENT_CURRENCIES if inside.get(code)] + sorted(
        set(inside) - set(settings.SETTLEMENT_CURRENCIES)
    )
    found = []
    for code in codes or settings.SETTLEMENT_CURRENCIES[:1]:
        pending = min(max(seen[code].pending_minor, 0), inside.get(code, 0)) if code in seen else 0
        standing = Standing(
            gate=PayoutGate(account.gate),
            was_open=account.opened_at is not None,
            bank_refused=account.bank_refused_since is not None,
            stopped_until=account.stopped_until,
            is_braked=is_braked,
            is_under_way=code in under_way,
            available=Money(inside.get(code, 0) - pending, code),
            pending=Money(pending, code),
            minimum=rules.minimum(code),
            schedule=plan.schedule,
            due_at=account.payout_due_at,
            is_aged=code in old,
        )
        found.append(_one(standing, plan, at))
    return found


def _one(standing: Standing, plan: Plan, at: datetime) -> Next:
    code = standing.available.currency
    steady = plan.steady_minor.get(code)
    return Next(
        available=standing.available,
        pending=standing.pending,
        reasons=why_not(standing, at),
        due_at=standing.due_at,
        stopped_until=standing.stopped_until,
        minimum=standing.minimum,
        steady=Money(steady, code) if steady else None,
    )


def waits_anywhere(user_id: int) -> bool:
    """Whether an account that was replaced still has something in it."""
    return lying.waiting().filter(account__user_id=user_id, account__replaced_at__isnull=False).exists()
