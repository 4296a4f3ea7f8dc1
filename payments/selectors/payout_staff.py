"""Payouts as staff see them: due, running, parked and why, come back, and the shares that never left."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from marketplace.kernel import cursors, words
from marketplace.kernel.money import Money
from payments.contracts import PayoutGate
from payments.models import Brake, ConnectedAccount, Outflow, Payout, PayoutState, Release, ReleaseState
from payments.selectors import lying
from payments.selectors.due import due, parked

_PAGE = 50
_COUNTED = 100  # a list is counted so far, and no further


class Pile(StrEnum):
    PARKED = "parked"
    DUE = "due"
    RUNNING = "running"
    FAILED = "failed"
    UNSENT = "unsent"


@dataclass(frozen=True, slots=True)
class StaffRow:
    id: uuid.UUID
    user_id: int
    name: str  # of the account or the payout at Stripe, or the reference of an order
    amounts: tuple[Money, ...]
    why: str
    since: datetime | None
    may_retry: bool


@dataclass(frozen=True, slots=True)
class StaffPage:
    pile: Pile
    rows: list[StaffRow]
    more: str
    counts: dict[Pile, int]  # at most _COUNTED
    is_braked: bool


def page(pile: Pile, at: datetime, *, term: str = "", before: str = "") -> StaffPage:
    """Nine queries at most. ``term``: a seller's e-mail address, or an id at Stripe."""
    piles = {one: _PILES[one][0](at, term) for one in Pile}
    field, rows = _PILES[pile][1], _PILES[pile][2]
    found = list(cursors.older(piles[pile], field, before)[: _PAGE + 1])
    shown = found[:_PAGE]
    is_braked = Brake.objects.filter(outflow=Outflow.PAYOUTS).exists()
    return StaffPage(
        pile=pile,
        rows=rows(shown, at),
        more=cursors.name(getattr(shown[-1], field), shown[-1].pk) if len(found) > _PAGE else "",
        counts={one: piles[one].order_by()[:_COUNTED].count() for one in Pile},
        is_braked=is_braked,
    )


def _accounts(found: QuerySet[ConnectedAccount], term: str) -> QuerySet[ConnectedAccount]:
    return found.filter(Q(user__email__iexact=term) | Q(stripe_id=term)) if term else found


def _payouts(states: list[str], term: str) -> QuerySet[Payout]:
    found = Payout.objects.filter(state__in=states).select_related("account")
    if not term:
        return found
    return found.filter(Q(account__user__email__iexact=term) | Q(account__stripe_id=term) | Q(stripe_payout_id=term))


def _unsent(term: str) -> QuerySet[Release]:
    """Cleared shares that stay here: their seller cannot be paid, or a transfer was refused."""
    open_ones = ConnectedAccount.objects.filter(user=OuterRef("payee"), gate=PayoutGate.OPEN, replaced_at=None)
    found = Release.objects.filter(state=ReleaseState.AVAILABLE).annotate(is_payable=Exists(open_ones))
    found = found.select_related("charge")
    return found.filter(Q(payee__email__iexact=term) | Q(charge__reference=term)) if term else found


def _account_rows(accounts: list[ConnectedAccount], at: datetime) -> list[StaffRow]:
    inside = lying.in_accounts(Q(pk__in=[account.pk for account in accounts]))
    return [
        StaffRow(
            id=account.id,
            user_id=account.user_id,
            name=account.stripe_id,
            amounts=tuple(Money(amount, code) for (pk, code), amount in sorted(inside.items()) if pk == account.pk),
            why=_why(account, at),
            since=account.payout_due_at or account.gate_since,
            may_retry=bool(account.stripe_id),
        )
        for account in accounts
    ]


def _why(account: ConnectedAccount, at: datetime) -> str:
    is_incomplete, was_open = account.gate == PayoutGate.INCOMPLETE, account.opened_at is not None
    is_stopped = account.stopped_until is not None and account.stopped_until > at
    stop = _("Its bank was changed: stopped until %(moment)s.")
    reasons = {
        _("The account is closed."): account.gate == PayoutGate.CLOSED,
        _("The provider has stopped payments to it."): is_incomplete and was_open,
        _("The provider was never given enough."): is_incomplete and not was_open,
        _("The bank did not take the last payout."): account.bank_refused_since is not None,
        stop % {"moment": words.exact(account.stopped_until) if account.stopped_until else ""}: is_stopped,
    }
    return " ".join(reason for reason, holds in reasons.items() if holds)


def _payout_rows(payouts: list[Payout], at: datetime) -> list[StaffRow]:
    return [
        StaffRow(
            id=payout.account_id,
            user_id=payout.account.user_id,
            name=payout.stripe_payout_id or payout.account.stripe_id,
            amounts=(payout.amount,),
            why=f"{payout.failure} ({payout.failure_code})" if payout.failed_at else "",
            since=payout.failed_at or payout.asked_at,
            may_retry=payout.state == PayoutState.FAILED,
        )
        for payout in payouts
    ]


def _release_rows(releases: list[Release], at: datetime) -> list[StaffRow]:
    return [
        StaffRow(
            id=release.id,
            user_id=release.payee_id,
            name=release.charge.reference,
            amounts=(Money(release.sendable_minor, release.charge.currency),),
            why=release.note or ("" if release.is_payable else _("Its seller cannot be paid.")),  # type: ignore[attr-defined]
            since=release.available_at,
            may_retry=bool(release.note),
        )
        for release in releases
    ]


# What is in each pile, by which moment it is ordered, and how its rows read.
_PILES: dict[Pile, tuple[Callable[[datetime, str], QuerySet[Any]], str, Callable[[Any, datetime], list[StaffRow]]]] = {
    Pile.PARKED: (lambda at, term: _accounts(parked(at), term), "created_at", _account_rows),
    Pile.DUE: (lambda at, term: _accounts(due(at), term), "created_at", _account_rows),
    Pile.RUNNING: (lambda at, term: _payouts([PayoutState.ASKED, PayoutState.SENT], term), "asked_at", _payout_rows),
    Pile.FAILED: (lambda at, term: _payouts([PayoutState.FAILED], term), "asked_at", _payout_rows),
    Pile.UNSENT: (lambda at, term: _unsent(term), "released_at", _release_rows),
}


def people_of(rows: Iterable[StaffRow]) -> set[int]:
    return {row.user_id for row in rows}
