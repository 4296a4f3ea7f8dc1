"""A buyer's open orders, and the reviews that either side may still write. Fixed queries, whatever there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Exists, F, OuterRef, Q, When
from django.db.models.functions import Coalesce

from marketplace.kernel.cursors import Cursor
from orders.models import Dispute, Fault, Order, Phase, Proposal, ProposalState, Review
from orders.models.order import OrderQuerySet
from orders.selectors import TABS, WORKING, questions_to, with_clock
from orders.states import Actor, State

# States in which nothing goes on before the buyer acts.
_ACTS = (State.PENDING_PAYMENT, State.AWAITING_REQUIREMENTS, State.DELIVERED, State.AWAITING_FUNDING)
_LOOKED_THROUGH = 40  # the latest finished orders; what was bought again and again stands in them once


@dataclass(frozen=True, slots=True)
class Open:
    """A buyer's open orders: the first of those that wait for them, the first of the others, and how many of each."""

    waiting: list[Order]
    running: list[Order]
    waiting_count: int
    running_count: int


def open_orders(buyer_id: int, at: datetime, limit: int) -> Open:
    """What is due first stands first. Three queries."""
    mine = Order.objects.of_buyer(buyer_id).filter(state__in=TABS["open"])
    waits = _waits(at)
    counts = mine.aggregate(all=Count("pk"), waiting=Count("pk", filter=waits))
    return Open(
        waiting=_first(mine.filter(waits), limit),
        running=_first(mine.filter(~waits), limit),
        waiting_count=counts["waiting"],
        running_count=counts["all"] - counts["waiting"],
    )


def _waits(at: datetime) -> Q:
    """The buyer has to do something. While an order rests, nobody has."""
    asked = Q(state=ProposalState.OPEN, by_role=Actor.SELLER) | Q(state=ProposalState.ACCEPTED)
    proposals = Proposal.objects.waiting().filter(asked, order=OuterRef("pk"))
    heard = Dispute.objects.filter(order=OuterRef("pk"), phase=Phase.ANSWER, respondent_role=Actor.BUYER)
    questions = questions_to(Actor.BUYER, at).filter(dispute__order=OuterRef("pk"))
    asks = Q(Exists(proposals)) | Q(Exists(heard)) | Q(Exists(questions))
    acts = Q(state__in=_ACTS) | Q(paused_at__isnull=False) | asks
    return acts & Q(rests_since__isnull=True)


def _first(orders: OrderQuerySet, limit: int) -> list[Order]:
    due = Case(
        When(state__in=WORKING, due_at__isnull=False, then=F("due_at")), default=Coalesce("next_at", "placed_at")
    )
    return list(with_clock(orders).annotate(sort_at=due).order_by("sort_at", "pk")[:limit])


def reviews_due(user_id: int, at: datetime, *, after: Cursor | None = None, limit: int) -> list[Order]:
    """Orders of which this person may still say something and has not, whichever side they were on; those whose time
    is over first stand first. ``after`` is the last row's (review_until, id). One query.
    """
    orders = _to_review(user_id, at)
    if after:
        orders = orders.filter(Q(review_until__gt=after[0]) | Q(review_until=after[0], pk__gt=after[1]))
    return list(orders.order_by("review_until", "pk")[:limit])


def reviews_due_count(user_id: int, at: datetime) -> int:
    return _to_review(user_id, at).count()


def _to_review(user_id: int, at: datetime) -> OrderQuerySet:
    """As the guard of the act has it (orders/guards.py). While a bank decides, nobody says anything."""
    worth_it = Q(state=State.COMPLETED) | Q(state=State.CANCELLED) & (
        Q(was_delivered=True) | Q(step__gt=0) | Q(fault=Fault.SELLER)
    )
    said = Review.objects.filter(Q(author_id=user_id) | Q(revealed_at__isnull=False), order=OuterRef("pk"))
    mine = Order.objects.filter(Q(buyer_id=user_id) | Q(seller_id=user_id), worth_it, review_until__gt=at)
    return mine.filter(~Exists(said), rests_since__isnull=True)


def bought(buyer_id: int, source_kind: str, limit: int) -> list[Order]:
    """The last finished order of each thing that somebody bought lately, newest first. One query."""
    done = Order.objects.of_buyer(buyer_id).filter(state=State.COMPLETED, source_kind=source_kind)
    latest: dict[str, Order] = {}
    for order in done.order_by("-placed_at", "-pk")[:_LOOKED_THROUGH]:
        latest.setdefault(order.source_ref, order)
    return list(latest.values())[:limit]
