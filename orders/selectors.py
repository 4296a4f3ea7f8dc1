"""Reads. Getters are the permission check: what a person may not see, they do not learn of."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts import api as accounts
from marketplace.kernel.errors import NotAllowed, NotFound
from marketplace.kernel.models import StoredFile
from marketplace.kernel.prepared import prepared
from orders import locks, review_words
from orders.contracts import OrderSummary, Reputation, ReviewView
from orders.models import (
    Answer,
    AnswerChangeFile,
    CaseQuestion,
    DeliveryFile,
    Dispute,
    Evidence,
    Order,
    Phase,
    Proposal,
    ProposalState,
    Review,
    SellerRecord,
    Timer,
)
from orders.models.order import OrderQuerySet
from orders.models.review import ReviewQuerySet
from orders.states import ACTIVE, OUTLIVES_A_STEP, Action, Actor, State

WAITING_FOR_BUYER = (
    State.REQUESTED,
    State.PENDING_PAYMENT,
    State.AWAITING_REQUIREMENTS,
    State.DELIVERED,
    State.AWAITING_FUNDING,
)
WORKING = (State.IN_PROGRESS, State.IN_REVISION)
TABS: dict[str, tuple[State, ...]] = {
    "open": (*WAITING_FOR_BUYER, *WORKING, State.DISPUTED),
    "done": (State.COMPLETED,),
    "stopped": (State.CANCELLED, State.EXPIRED, State.DECLINED),
}


# Timers that only remind: they change nothing, so no list counts down to them.
REMINDERS = (
    Action.REMIND_REQUIREMENTS,
    Action.REMIND_ACCEPTANCE,
    Action.REMIND_ANSWER,
    Action.WARN_DEADLINE,
    Action.REVEAL_REVIEWS,
    Action.CLEAR,  # money that waits is no deadline of anybody's
)
# ... and those of proposals and further payments, which run beside the order's own clock.
BESIDE = frozenset({*REMINDERS, *OUTLIVES_A_STEP})


def order_for(order_id: uuid.UUID, user_id: int) -> Order:
    """An order to one of its two sides. Raises NotFound for everybody else."""
    order = _OF_A_SIDE.first(order_id, user_id)
    if order is None:
        raise NotFound(_("There is no such order."))
    return order


_OF_A_SIDE = prepared(lambda pk, user: Order.objects.filter(Q(buyer=user) | Q(seller=user), pk=pk))


def buyer_of_accepted(order_id: uuid.UUID, seller_id: int) -> int:
    """Whose completed order of this seller it is. Raises NotFound (others' orders), NotAllowed (unfinished)."""
    order = order_for(order_id, seller_id)
    if order.seller_id != seller_id:
        raise NotFound(_("There is no such order."))
    if order.state != State.COMPLETED:
        raise NotAllowed(_("This order is not accepted (any more)."))
    return order.buyer_id


def answers_of(order_id: uuid.UUID, buyer_id: int) -> dict[str, str]:
    """What the buyer wrote for an order of theirs, by question key, without files. Raises NotFound."""
    order = Order.objects.filter(pk=order_id, buyer_id=buyer_id).first()
    if order is None:
        raise NotFound(_("There is no such order."))
    return dict(order.answers.filter(file=None).values_list("question_key", "text"))


def order_for_staff(order_id: uuid.UUID, user_id: int) -> Order:
    """A disputed order to a moderator. Raises NotAllowed for others, NotFound where there is no dispute."""
    require_moderator(user_id)
    if not was_disputed(order_id):
        raise NotFound(_("There is no such case."))
    return Order.objects.get(pk=order_id)


def require_moderator(user_id: int) -> None:
    if user_id not in accounts.moderators():
        raise NotAllowed(_("This page is for moderators."))


def was_disputed(order_id: uuid.UUID) -> bool:
    return Dispute.objects.filter(order_id=order_id).exists()


def orders_of(
    user_id: int,
    role: str,
    *,
    tab: str = "",
    before: tuple[datetime, uuid.UUID] | None = None,
    limit: int = 30,
) -> list[Order]:
    """One side's orders, newest first, each with ``next_at``: when its clock acts. ``before`` is the last row's
    (placed_at, id); read one more than a page to know whether there is another.
    """
    mine = Order.objects.of_seller(user_id) if role == "seller" else Order.objects.of_buyer(user_id)
    if tab in TABS:
        mine = mine.filter(state__in=TABS[tab])
    if before:
        mine = mine.before(*before)
    return list(with_clock(mine).order_by("-placed_at", "-id")[:limit])


def with_clock(orders: OrderQuerySet) -> OrderQuerySet:
    """Each with ``next_at``: when its clock acts by itself, where one runs."""
    clocks = Timer.objects.filter(order=OuterRef("pk")).exclude(kind__in=BESIDE)
    first = clocks.values("order").annotate(first=Min("due_at")).values("first")
    return orders.annotate(next_at=Subquery(first))


def summary(order: Order) -> OrderSummary:
    return OrderSummary(
        id=order.pk,
        code=order.code,
        title=order.title,
        state=order.state,
        source_kind=order.source_kind,
        source_ref=order.source_ref,
        buyer_id=order.buyer_id,
        seller_id=order.seller_id,
        all_in=order.all_in,
        seller_receives=order.seller_receives,
        placed_at=order.placed_at,
        due_at=_due_of(order),
        is_late=order.is_late and order.state in WORKING,
        is_paused=order.is_paused,
        is_charged_back=order.charged_back_at is not None,
        is_on_hold=order.on_hold_at is not None,
    )


def asked_of(role: str, orders: Iterable[Order], at: datetime) -> set[uuid.UUID]:
    """Those of the orders in which somebody waits for this side: for a yes or no to a proposal, for the payment of an
    extra that was agreed, for its side of a dispute, for its answer to a moderator. One query.
    """
    ids = [order.pk for order in orders]
    mine = Q(state=ProposalState.OPEN) & ~Q(by_role=role)
    if role == Actor.BUYER:
        mine |= Q(state=ProposalState.ACCEPTED)
    proposals = Proposal.objects.waiting().filter(mine, order__in=ids).order_by()
    disputes = Dispute.objects.filter(order__in=ids, phase=Phase.ANSWER, respondent_role=role).order_by()
    questions = questions_to(role, at).filter(dispute__order__in=ids).order_by()
    found = proposals.values_list("order_id").union(
        disputes.values_list("order_id"), questions.values_list("dispute__order_id")
    )
    return {pk for (pk,) in found}


def questions_to(role: str, at: datetime) -> QuerySet[CaseQuestion]:
    """Of moderators to one side, which it can still answer."""
    undecided = (Phase.DECISION, Phase.SECOND_LOOK)
    return CaseQuestion.objects.filter(role=role, answered_at=None, due_at__gt=at, dispute__phase__in=undecided)


def _due_of(order: Order) -> datetime | None:
    if order.rests:
        return None
    return order.due_at if order.state in WORKING and not order.is_paused else getattr(order, "next_at", None)


def tab_counts(user_id: int, role: str) -> dict[str, int]:
    """How many orders each tab holds; one query."""
    mine = Order.objects.of_seller(user_id) if role == "seller" else Order.objects.of_buyer(user_id)
    counts = {tab: Count("pk", filter=Q(state__in=members)) for tab, members in TABS.items()}
    return mine.aggregate(**counts)


def latest_order_of(buyer_id: int) -> uuid.UUID | None:
    """What somebody ordered last, from whatever source."""
    found = _LATEST.first(buyer_id)
    return found[0] if found else None


_LATEST = prepared(lambda buyer: Order.objects.filter(buyer=buyer).order_by("-placed_at", "-id").values_list("pk")[:1])


def active_count(user_id: int) -> int:
    """Orders in which this person is on either side and something is still to happen."""
    return Order.objects.active().filter(Q(buyer_id=user_id) | Q(seller_id=user_id)).count()


def queue_length(source_kind: str, source_ref: str) -> int:
    """Orders of one source that wait for work or are in work."""
    states = [State.AWAITING_REQUIREMENTS, *WORKING]
    return Order.objects.of_source(source_kind, source_ref).filter(state__in=states).count()


def has_active(source_kind: str, source_ref: str) -> bool:
    return Order.objects.of_source(source_kind, source_ref).filter(state__in=sorted(ACTIVE)).exists()


def reputation(seller_ids: Iterable[int]) -> dict[int, Reputation]:
    """Records of many sellers in one query; sellers without one get zeros."""
    wanted = set(seller_ids)
    found = {row.seller_id: row.reputation for row in _RECORDS.all(list(wanted))}
    return {seller_id: found.get(seller_id, Reputation(seller_id)) for seller_id in wanted}


_RECORDS = prepared(lambda ids: SellerRecord.objects.filter(seller_id__in=ids))


def reviews_for(
    source_kind: str, source_ref: str, *, before: datetime | None = None, limit: int = 20
) -> list[ReviewView]:
    """Revealed reviews that buyers wrote about one source, newest first."""
    if before is None and limit <= FIRST_REVIEWS:
        return [review_view(row) for row in _FIRST_REVIEWS.all(source_kind, source_ref)[:limit]]
    return _views(_about(source_kind, source_ref), before, limit)


def _about(source_kind: object, source_ref: object) -> ReviewQuerySet:
    rows = Review.objects.revealed().by_buyers()
    return rows.filter(order__source_kind=source_kind, order__source_ref=source_ref)


FIRST_REVIEWS = 10
_FIRST_REVIEWS = prepared(lambda kind, ref: _newest(_about(kind, ref), FIRST_REVIEWS))


def reviews_of(seller_id: int, *, before: datetime | None = None, limit: int = 20) -> list[ReviewView]:
    """Revealed reviews that buyers wrote about a seller, newest first."""
    return _views(Review.objects.revealed().by_buyers().filter(subject_id=seller_id), before, limit)


def _views(rows: ReviewQuerySet, before: datetime | None, limit: int) -> list[ReviewView]:
    if before:
        rows = rows.before(before)
    return [review_view(row) for row in _newest(rows, limit)]


def _newest(rows: ReviewQuerySet, limit: int) -> ReviewQuerySet:
    return rows.select_related("order").order_by("-revealed_at", "-id")[:limit]


def review_view(row: Review) -> ReviewView:
    return ReviewView(
        order_id=row.order_id,
        author_id=row.author_id,
        subject_id=row.subject_id,
        stars=row.stars,
        quality=row.quality,
        communication=row.communication,
        as_described=row.as_described,
        text=row.text,
        at=row.revealed_at or row.edited_at,
        title=row.order.title,
        id=row.pk,
        answers=review_words.answers(row.role, row),
        reply=row.reply,
        replied_at=row.replied_at,
    )


def stars_distribution(source_kind: str, source_ref: str) -> dict[int, int]:
    """How many revealed reviews gave each number of stars, five first."""
    rows = Review.objects.revealed().by_buyers().filter(order__source_kind=source_kind, order__source_ref=source_ref)
    counts = dict(rows.order_by().values_list("stars").annotate(number=Count("pk")))
    return {stars: counts.get(stars, 0) for stars in (5, 4, 3, 2, 1)}


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivered file to somebody who may see it; ``is_locked``: as a preview only."""

    file: StoredFile
    order: Order
    number: int
    is_locked: bool


def file_for(file_id: uuid.UUID, user_id: int, at: datetime) -> StoredFile:
    """A file of an answer, a delivery or a case, to the order's two sides and, once disputed, to moderators.

    Raises NotAllowed for one that its buyer gets when they accept, NotFound in every other case.
    """
    if DeliveryFile.objects.filter(file_id=file_id).exists():
        delivered = delivered_file(file_id, user_id, at)
        if delivered.is_locked:
            raise NotAllowed(_("You get this file when you accept the work. Until then, its preview shows all of it."))
        return delivered.file
    found = _file_and_order(file_id)
    if found and _may_see(found[1], user_id):
        return found[0]
    raise NotFound(_("There is no such file."))


def delivered_file(file_id: uuid.UUID, user_id: int, at: datetime) -> Delivered:
    """Raises NotFound for everybody but the two sides and, once disputed, moderators."""
    rows = DeliveryFile.objects.select_related("file__preview", "delivery__order")
    row = rows.filter(file_id=file_id).first()
    if row is None or not _may_see(row.delivery.order_id, user_id):
        raise NotFound(_("There is no such file."))
    order = row.delivery.order
    is_locked = user_id == order.buyer_id and locks.is_locked(order, row.delivery, row.file, at)
    return Delivered(row.file, order, row.delivery.number, is_locked)


def order_with_deliveries(order_id: uuid.UUID, user_id: int) -> Order:
    """For the page of all versions. Raises NotFound as ``delivered_file`` does."""
    if not _may_see(order_id, user_id):
        raise NotFound(_("There is no such order."))
    return Order.objects.get(pk=order_id)


def _may_see(order_id: uuid.UUID, user_id: int) -> bool:
    sides = Order.objects.filter(pk=order_id).values_list("buyer_id", "seller_id").first()
    if sides is None:
        return False
    return user_id in sides or (user_id in accounts.moderators() and was_disputed(order_id))


def _file_and_order(file_id: uuid.UUID) -> tuple[StoredFile, uuid.UUID] | None:
    answer = Answer.objects.select_related("file").filter(file_id=file_id).first()
    if answer and answer.file:
        return answer.file, answer.order_id
    wished = AnswerChangeFile.objects.select_related("file", "change").filter(file_id=file_id).first()
    if wished:
        return wished.file, wished.change.order_id
    shown = Evidence.objects.select_related("file", "dispute").filter(file_id=file_id).first()
    return (shown.file, shown.dispute.order_id) if shown else None
