"""Reads for moderators: the queue by urgency, who has which case, and what both sides have behind them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel import currencies, words
from marketplace.kernel.money import Money
from orders import terms
from orders.models import Dispute, Order, OrderEvent, Phase, Timer
from orders.services import conflicts
from orders.states import Action, Actor, State


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
    reader: str = ""  # who has it now
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """How often somebody was in an order, in a dispute and on the worse end of one, claimed back and was suspended."""

    orders: int
    disputes: int
    lost: int
    chargebacks: int
    suspensions: int


ALL, MINE, FREE = "all", "mine", "free"
_TO_DECIDE = (Phase.DECISION, Phase.SECOND_LOOK)
_RANK = {Phase.SECOND_LOOK: 0, Phase.DECISION: 1, Phase.NEGOTIATION: 2, Phase.ANSWER: 3, Phase.DECIDED: 4}
_SHOWN = 100


def open_cases(at: datetime) -> QuerySet[Dispute]:
    """Overdue and very old ones first, then what waits for a decision; within each the next clock first."""
    clocks = Timer.objects.filter(order=OuterRef("order")).values("order").annotate(first=Min("due_at"))
    oldest = at - terms.rules(currencies.default()).dispute_front
    in_front = (Q(escalated=True) | Q(opened_at__lte=oldest)) & ~Q(phase=Phase.DECIDED)
    ranks = [When(phase=phase, then=rank) for phase, rank in _RANK.items()]
    found = Dispute.objects.filter(closed_at=None).select_related("order", "claimed_by")
    return found.annotate(
        front=Case(When(in_front, then=0), default=1, output_field=IntegerField()),
        rank=Case(*ranks, default=9, output_field=IntegerField()),
        next_at=Coalesce(Subquery(clocks.values("first")), F("opened_at")),
    ).order_by("front", "rank", "next_at", "pk")


def queue(at: datetime, reader_id: int = 0, show: str = ALL) -> list[CaseRow]:
    """At most a hundred; ``show`` is one of ALL, MINE (claimed by the reader) and FREE (claimed by nobody)."""
    found = open_cases(at)
    if show == MINE:
        found = found.filter(claimed_by_id=reader_id, claimed_until__gt=at)
    elif show == FREE:
        found = found.filter(Q(claimed_until=None) | Q(claimed_until__lte=at))
    cases = list(found[:_SHOWN])
    people = accounts.people([person for case in cases for person in (case.order.buyer_id, case.order.seller_id)])
    return [
        _row(case, people[case.order.buyer_id].name, people[case.order.seller_id].name, reader_id, at)
        for case in cases
    ]  # fmt: skip


def counts(at: datetime, reader_id: int) -> dict[str, int]:
    """How many each view of the queue holds; one query."""
    taken = Q(claimed_until__gt=at)
    found = Dispute.objects.filter(closed_at=None)
    return found.aggregate(
        **{ALL: Count("pk"), MINE: Count("pk", filter=taken & Q(claimed_by_id=reader_id)),
           FREE: Count("pk", filter=~taken | Q(claimed_until=None))}
    )  # fmt: skip


def next_for(moderator_id: int, at: datetime, *, after: uuid.UUID | None = None) -> uuid.UUID | None:
    """The most urgent case to be decided that nobody reads and this moderator may decide; not the one on screen."""
    free = open_cases(at).filter(phase__in=_TO_DECIDE).filter(Q(claimed_until=None) | Q(claimed_until__lte=at))
    free = free.exclude(order_id=after) if after else free
    for case in free.select_related("order", "appeal")[:_SHOWN]:
        is_own = case.phase == Phase.SECOND_LOOK and case.decided_by_id == moderator_id
        heard_before = hasattr(case, "appeal") and moderator_id in {
            case.appeal.decided_by_id,
            case.appeal.confirmed_by_id,
        }
        if not is_own and not heard_before and not conflicts.conflict_of(moderator_id, case.order):
            return case.order_id
    return None


def _next(case: Dispute) -> datetime:
    moment: datetime = case.next_at  # type: ignore[attr-defined]  # annotated
    return moment


def _row(case: Dispute, buyer: str, seller: str, reader_id: int, at: datetime) -> CaseRow:
    text, tone = _clock(case, at)
    is_taken = case.claimed_until is not None and case.claimed_until > at
    is_mine = is_taken and case.claimed_by_id == reader_id
    return CaseRow(
        order_id=case.order_id,
        url=reverse("orders:dispute", args=[case.order_id]),
        buyer=buyer,
        seller=seller,
        ground=case.get_ground_display(),
        amount=case.order.all_in,
        due_text=text,
        due_tone=tone,
        reader=case.claimed_by.display_name if is_taken and case.claimed_by and not is_mine else "",
        is_mine=is_mine,
    )


def _clock(case: Dispute, at: datetime) -> tuple[str, str]:
    if case.order.rests:
        return _("rests"), ""
    if case.front == 0:  # type: ignore[attr-defined]  # annotated
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
    """Of some people, on either side: three queries each and one for all."""
    wanted = list(user_ids)
    suspensions = accounts.suspension_counts(wanted)
    return {user_id: _history(user_id, suspensions.get(user_id, 0)) for user_id in wanted}


def _history(user_id: int, suspensions: int) -> History:
    never_paid = [State.REQUESTED, State.DECLINED, State.PENDING_PAYMENT, State.EXPIRED]
    mine = Order.objects.filter(Q(buyer_id=user_id) | Q(seller_id=user_id)).exclude(state__in=never_paid)
    counts = mine.aggregate(orders=Count("pk", distinct=True), disputes=Count("disputes", distinct=True))
    ended = Q(percent__isnull=False)
    lost = Order.objects.filter(ended & (Q(seller_id=user_id, percent__lt=50) | Q(buyer_id=user_id, percent__gt=50)))
    taken_back = OrderEvent.objects.filter(action=Action.CHARGE_BACK, order__buyer_id=user_id)
    return History(counts["orders"], counts["disputes"], lost.count(), taken_back.count(), suspensions)


def suggestion(dispute: Dispute, promises: int) -> int:
    """Where the slider starts, in percent to the seller.

    Of the promised items those that both call met count whole, those that one side disputes half. Without a checklist,
    or with one that nobody found fault with, it is what the two numbers leave to the seller, half-way between them.
    Nobody is suggested more than they asked for.
    """
    least, most = _named(dispute)
    if finds_fault(dispute, promises):
        marks = _marks(dispute, promises)
        share = (sum(marks) * 100 + promises) // (2 * promises)
        return max(_kept(dispute, most), min(_kept(dispute, least), share))
    back = [dispute.asked_minor]
    if dispute.offered_minor is not None:
        back.append(dispute.offered_minor)
    return _kept(dispute, sum(back) // len(back))


def finds_fault(dispute: Dispute, promises: int) -> bool:
    """Whether either side calls a promised item unmet."""
    return any(mark < 2 for mark in _marks(dispute, promises))


def _named(dispute: Dispute) -> tuple[int, int]:
    """Of the price, the least and the most that goes back by what the two sides have said, in minor units."""
    if dispute.offered_minor is not None:
        return min(dispute.asked_minor, dispute.offered_minor), max(dispute.asked_minor, dispute.offered_minor)
    if dispute.filer_role == Actor.SELLER:
        return dispute.asked_minor, dispute.order.price_at_stake.amount_minor
    return 0, dispute.asked_minor


def _kept(dispute: Dispute, back: int) -> int:
    """Percent of the price to the seller where so much goes back."""
    price = dispute.order.price_at_stake.amount_minor
    return max(0, min(100, ((price - back) * 100 + price // 2) // price))


def _marks(dispute: Dispute, promises: int) -> list[int]:
    """For each item 2 where nobody calls it unmet, 1 where one side does, 0 where both do."""
    sides = [set(dispute.unmet)]
    sides.append(set(dispute.answer_unmet) if dispute.answered_at else sides[0])
    if dispute.filer_role not in (Actor.BUYER, Actor.SELLER):
        sides[0] = sides[1]
    return [2 - sum(position in side for side in sides) for position in range(promises)]
