"""What sellers are known for: a row per finished order, written where it ends, and counts that a job folds from them.

An order that ended without anybody's fault leaves no row, so it never counts. Where an order comes back to life
(a claim), its row goes. ``recount`` makes everything anew from the orders and finds the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

from django.db import transaction
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from inbox import api as inbox
from marketplace.kernel.prepared import prepared
from orders import sources
from orders.contracts import OrderFact
from orders.levels import UNANSWERED, WINDOW
from orders.models import (
    CategoryRecord,
    Dispute,
    Fault,
    FinishedOrder,
    Order,
    OrderEvent,
    Review,
    SellerRecord,
    StaleRecord,
)
from orders.models.order import OrderQuerySet
from orders.owner import order_of
from orders.states import ENDED, Action, State

_FAULTS = (Fault.SELLER, Fault.DECISION)
_FINISHED = Q(state=State.COMPLETED) | Q(state=State.CANCELLED, fault__in=_FAULTS)
_BROKEN = Q(state=State.CANCELLED, fault=Fault.SELLER, is_late=True, was_delivered=False)
_PER_RUN = 500
_LOOK_BACK = UNANSWERED + timedelta(days=1)  # talks that young may still change what they count


def note(fact: OrderFact) -> None:
    """An order ended, or goes on after all: called in the transaction of the change."""
    if fact.state not in ENDED and fact.state_before not in ENDED:
        return
    order = _ENDING.get(fact.order_id)
    if not order.is_finished:  # type: ignore[attr-defined]  # annotated
        gone, _rows = FinishedOrder.objects.filter(order=order).delete()
        if not gone:
            return
    else:
        key, name = sources.category_of(order.source_kind, order.source_ref)
        row = finished_row(order, key, name)
        FinishedOrder.objects.bulk_create([row], update_conflicts=True, unique_fields=["order"], update_fields=FACTS)
    StaleRecord.objects.create(seller_id=order.seller_id)


_ENDING = prepared(lambda pk: with_facts(Order.objects.filter(pk=pk)))

# What of a row follows from the order; its category is as the source told it.
FACTS = ["ended_at", "is_completed", "was_promised", "was_on_time", "was_disputed"]


def with_facts(orders: OrderQuerySet) -> OrderQuerySet:
    """Orders with what their rows need, in one query."""
    delivered = OrderEvent.objects.filter(order=OuterRef("pk"), action=Action.DELIVER).order_by("version")
    late = Cast(KT("data__late"), BooleanField())
    return orders.defer("terms_json").annotate(
        is_finished=ExpressionWrapper(_FINISHED, output_field=BooleanField()),
        is_broken=ExpressionWrapper(_BROKEN, output_field=BooleanField()),
        first_is_late=Subquery(delivered.annotate(late=Coalesce(late, False)).values("late")[:1]),
        is_disputed=Exists(Dispute.objects.filter(order=OuterRef("pk"))),
    )


def finished_row(order: Order, category: str = "", category_name: str = "") -> FinishedOrder:
    late: bool | None = order.first_is_late  # type: ignore[attr-defined]  # annotated
    assert order.closed_at is not None  # noqa: S101 - it has ended
    return FinishedOrder(
        order=order,
        seller_id=order.seller_id,
        buyer_id=order.buyer_id,
        category=category,
        category_name=category_name,
        ended_at=order.closed_at,
        is_completed=order.state == State.COMPLETED,
        was_promised=late is not None or order.is_broken,  # type: ignore[attr-defined]  # annotated
        was_on_time=late is False,
        was_disputed=order.is_disputed,  # type: ignore[attr-defined]  # annotated
    )


def fold(at: datetime, limit: int = _PER_RUN) -> int:
    """Counts anew whose record is stale; returns how many sellers. Bounded: what remains is for the next run."""
    stale = StaleRecord.objects.order_by().values_list("seller_id", flat=True).distinct()[:limit]
    sellers = list(stale)
    for seller_id in sellers:
        count(seller_id, at)
    return len(sellers)


def mark_talkers(at: datetime) -> int:
    """Sellers in whose talks something was said, or is waited for: their answer times are counted anew."""
    talking = inbox.talking_since(at - _LOOK_BACK)
    sellers = SellerRecord.objects.filter(seller_id__in=talking).values_list("seller_id", flat=True)
    StaleRecord.objects.bulk_create([StaleRecord(seller_id=seller_id) for seller_id in sellers])
    return len(sellers)


def count(seller_id: int, at: datetime) -> None:
    """One seller's counts, from their finished orders and talks."""
    with transaction.atomic():
        SellerRecord.objects.bulk_create([SellerRecord(seller_id=seller_id)], ignore_conflicts=True)
        # Whoever counts the same seller waits here, and what comes after the delete is left for the next run.
        SellerRecord.objects.select_for_update().get(pk=seller_id)
        StaleRecord.objects.filter(seller_id=seller_id).delete()
        SellerRecord.objects.filter(pk=seller_id).update(**recent(seller_id), **answers(seller_id, at), counted_at=at)
        _keep_categories(seller_id)


def recent(seller_id: int) -> dict[str, int]:
    """Counts over the window; the fields of SellerRecord."""
    rows = list(FinishedOrder.objects.filter(seller_id=seller_id).order_by("-ended_at", "-order_id")[:WINDOW])
    buyers = Counter(row.buyer_id for row in rows)
    return {
        "recent_orders": len(rows),
        "recent_completed": sum(row.is_completed for row in rows),
        "recent_promised": sum(row.was_promised for row in rows),
        "recent_on_time": sum(row.was_on_time for row in rows),
        "recent_disputed": sum(row.was_disputed for row in rows),
        "recent_buyers": len(buyers),
        "recent_repeat_buyers": sum(number > 1 for number in buyers.values()),
    }


def answers(seller_id: int, at: datetime) -> dict[str, int | None]:
    """How fast the first answer came in the last talks that somebody else began with this person as the seller."""
    talks = inbox.first_answers(seller_id, limit=2 * WINDOW)
    bought = _bought(seller_id, [talk.reference for talk in talks])
    minutes = [
        minutes
        for talk in talks
        if talk.reference not in bought and (minutes := _minutes(talk.asked_at, talk.answered_at, at)) is not None
    ][:WINDOW]
    return {"recent_questions": len(minutes), "answer_minutes": median_low(minutes) if minutes else None}


def _minutes(asked: datetime, answered: datetime | None, at: datetime) -> int | None:
    if answered is None and at - asked < UNANSWERED:
        return None  # there is still time
    span = UNANSWERED if answered is None else min(answered - asked, UNANSWERED)
    return int(span.total_seconds()) // 60


def _bought(person_id: int, references: list[str]) -> set[str]:
    """Those of the talks in which the person is the buyer."""
    ids = {order_of(reference): reference for reference in references}
    found = Order.objects.filter(pk__in=[pk for pk in ids if pk], buyer_id=person_id).values_list("pk", flat=True)
    return {ids[pk] for pk in found}


def _keep_categories(seller_id: int) -> None:
    records = categories_of(seller_id)
    CategoryRecord.objects.filter(seller_id=seller_id).exclude(category__in=[row.category for row in records]).delete()
    CategoryRecord.objects.bulk_create(
        records, update_conflicts=True, unique_fields=["seller", "category"],
        update_fields=["name", "completed", "promised", "on_time"],
    )  # fmt: skip


def categories_of(seller_id: int) -> list[CategoryRecord]:
    """All finished orders by category; those of sources that know none are left out."""
    rows = FinishedOrder.objects.filter(seller_id=seller_id).exclude(category="").order_by("category")
    names = dict(rows.order_by("ended_at", "order_id").values_list("category", "category_name"))
    counted = rows.values("category").annotate(
        completed=Count("pk", filter=Q(is_completed=True)),
        promised=Count("pk", filter=Q(was_promised=True)),
        on_time=Count("pk", filter=Q(was_on_time=True)),
    )
    return [CategoryRecord(seller_id=seller_id, name=names[row["category"]], **row) for row in counted]


@dataclass(frozen=True, slots=True)
class Ever:
    """A seller's counts of all time, as the transitions keep them."""

    completed: int = 0
    promised: int = 0
    on_time: int = 0
    review_count: int = 0
    stars_total: int = 0


def ever(seller_id: int) -> Ever:
    """The same, from the orders and reviews themselves."""
    orders = Order.objects.filter(seller_id=seller_id)
    first = [order.first_is_late for order in with_facts(orders)]  # type: ignore[attr-defined]  # annotated
    stars = Review.objects.revealed().by_buyers().filter(subject_id=seller_id).values_list("stars", flat=True)
    return Ever(
        completed=orders.filter(state=State.COMPLETED).count(),
        promised=sum(late is not None for late in first) + orders.filter(_BROKEN).count(),
        on_time=sum(late is False for late in first),
        review_count=len(stars),
        stars_total=sum(stars),
    )


def sellers() -> Iterable[int]:
    """Everybody who was ever ordered from."""
    return Order.objects.order_by("seller_id").values_list("seller_id", flat=True).distinct()


def recount(seller_id: int, at: datetime) -> list[str]:
    """Makes a seller's rows and counts anew from orders and reviews; returns what was not as it should have been.

    Orders of the seller cannot end meanwhile: the caller stops the workers, or finds differences that the next fold
    would have mended.
    """
    with transaction.atomic():
        if not _counts(seller_id):
            return []
        SellerRecord.objects.bulk_create([SellerRecord(seller_id=seller_id)], ignore_conflicts=True)
        before = SellerRecord.objects.select_for_update().get(pk=seller_id)
        wrong = _remake_rows(seller_id)
        now = ever(seller_id)
        SellerRecord.objects.filter(pk=seller_id).update(**{name: getattr(now, name) for name in Ever.__slots__})
        count(seller_id, at)
        after = SellerRecord.objects.get(pk=seller_id)
        names = [*Ever.__slots__, *recent(seller_id), "recent_questions", "answer_minutes"]
        pairs = [(name, getattr(before, name), getattr(after, name)) for name in names]
        return wrong + [f"{name}: {was} instead of {is_now}" for name, was, is_now in pairs if was != is_now]


def _counts(seller_id: int) -> bool:
    """Whether there is anything to count, or to mend: nobody has a row of noughts from orders that never count."""
    rows = (
        SellerRecord.objects.filter(pk=seller_id),
        FinishedOrder.objects.filter(seller_id=seller_id),
        Order.objects.filter(_FINISHED, seller_id=seller_id),
    )
    return any(one.exists() for one in rows) or ever(seller_id) != Ever()


def _remake_rows(seller_id: int) -> list[str]:
    finished = with_facts(Order.objects.filter(_FINISHED, seller_id=seller_id))
    known = {row.order_id: row for row in FinishedOrder.objects.filter(seller_id=seller_id)}
    rows, wrong = [], []
    for order in finished.iterator(chunk_size=500):
        old = known.pop(order.pk, None)
        told = (old.category, old.category_name) if old else sources.category_of(order.source_kind, order.source_ref)
        row = finished_row(order, *told)
        if old is None or any(getattr(old, name) != getattr(row, name) for name in FACTS):
            wrong.append(f"order {order.code}")
            rows.append(row)
    FinishedOrder.objects.filter(pk__in=known).delete()
    FinishedOrder.objects.bulk_create(rows, update_conflicts=True, unique_fields=["order"], update_fields=FACTS)
    return wrong + [f"order {order_id} is not finished" for order_id in known]


def catch_up(at: datetime) -> None:
    """Everything that waits to be counted, answer times too."""
    mark_talkers(at)
    while fold(at):
        pass
