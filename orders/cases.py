"""Reads for moderators: the queue by urgency, and what both sides have behind them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel import words
from marketplace.kernel.money import Money
from orders.models import Dispute, Order, Phase, Timer
from orders.states import State


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One open case in the queue."""

    order_id: uuid.UUID
    url: str
    buyer: str
    seller: str
    ground: str
    amount: Money
    due_text: str
    due_tone: str


@dataclass(frozen=True, slots=True)
class History:
    """How often somebody was in an order, and in a dispute."""

    orders: int
    disputes: int


_TO_DECIDE = frozenset({Phase.DECISION, Phase.SECOND_LOOK})
_RANK = {Phase.SECOND_LOOK: 0, Phase.DECISION: 1, Phase.NEGOTIATION: 2, Phase.ANSWER: 3, Phase.DECIDED: 4}


def queue(at: datetime, limit: int = 100) -> list[CaseRow]:
    """Escalated cases first, then what waits for a decision, then the rest; within each the next clock first."""
    first = Timer.objects.filter(order=OuterRef("order")).values("order").annotate(first=Min("due_at")).values("first")
    found = Dispute.objects.filter(closed_at=None).select_related("order").annotate(next_at=Subquery(first))
    cases = sorted(found[: limit * 2], key=_urgency)[:limit]
    people = accounts.people([person for case in cases for person in (case.order.buyer_id, case.order.seller_id)])
    return [_row(case, people[case.order.buyer_id].name, people[case.order.seller_id].name, at) for case in cases]


def _next(case: Dispute) -> datetime:
    return getattr(case, "next_at", None) or case.opened_at


def _urgency(case: Dispute) -> tuple[bool, int, datetime]:
    return (not case.escalated, _RANK.get(Phase(case.phase), 9), _next(case))


def _row(case: Dispute, buyer: str, seller: str, at: datetime) -> CaseRow:
    text, tone = _clock(case, at)
    return CaseRow(
        order_id=case.order_id,
        url=reverse("orders:dispute", args=[case.order_id]),
        buyer=buyer,
        seller=seller,
        ground=case.get_ground_display(),
        amount=case.order.all_in,
        due_text=text,
        due_tone=tone,
    )


def _clock(case: Dispute, at: datetime) -> tuple[str, str]:
    if case.escalated:
        return _("overdue"), "late"
    if case.phase in _TO_DECIDE:
        return _("decide %(when)s") % {"when": words.relative(_next(case), at)}, "soon"
    words_for = {
        Phase.ANSWER: _("answer %(when)s"),
        Phase.NEGOTIATION: _("talk ends %(when)s"),
        Phase.DECIDED: _("money moves %(when)s"),
    }
    return words_for[Phase(case.phase)] % {"when": words.relative(_next(case), at)}, ""


def histories(user_ids: Iterable[int]) -> dict[int, History]:
    """Paid orders and disputes of some people, on either side; a query each."""
    return {user_id: _history(user_id) for user_id in user_ids}


def _history(user_id: int) -> History:
    mine = Order.objects.filter(Q(buyer_id=user_id) | Q(seller_id=user_id)).exclude(
        state__in=[State.PENDING_PAYMENT, State.EXPIRED]
    )
    counts = mine.aggregate(orders=Count("pk", distinct=True), disputes=Count("disputes", distinct=True))
    return History(counts["orders"], counts["disputes"])
