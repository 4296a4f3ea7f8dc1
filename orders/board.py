"""A seller's open orders by what they wait for, each column with pages of its own: what is due first stands first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, Count, DateTimeField, F, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from marketplace.kernel.cursors import Cursor
from orders.models import Order, Timer
from orders.selectors import REMINDERS, WORKING
from orders.states import State

# Name → states. Every open state of a paid or requested order stands in one of them.
COLUMNS: dict[str, tuple[State, ...]] = {
    "turn": (State.REQUESTED, *WORKING),
    "answers": (State.AWAITING_REQUIREMENTS,),
    "buyer": (State.DELIVERED, State.AWAITING_FUNDING, State.PENDING_PAYMENT),
    "disputed": (State.DISPUTED,),
}
PER_COLUMN = 20


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of one column; ``following`` is the cursor of the next one, or None."""

    orders: list[Order]
    following: Cursor | None


def columns(seller_id: int, after: Mapping[str, Cursor | None]) -> dict[str, Slice]:
    """One query for all of them. Each order carries ``next_at``: when its clock acts, where one runs."""
    parts = [_column(seller_id, name, after.get(name)) for name in COLUMNS]
    found: dict[str, list[Order]] = {name: [] for name in COLUMNS}
    for order in parts[0].union(*parts[1:], all=True):
        found[_COLUMN_OF[order.state]].append(order)
    return {name: _slice(orders) for name, orders in found.items()}


_COLUMN_OF = {state.value: name for name, states in COLUMNS.items() for state in states}


def _column(seller_id: int, name: str, after: Cursor | None) -> QuerySet[Order]:
    clocks = Timer.objects.filter(order=OuterRef("pk")).exclude(kind__in=REMINDERS)
    first = Subquery(clocks.values("order").annotate(first=Min("due_at")).values("first"))
    due = Case(
        When(state__in=WORKING, due_at__isnull=False, then=F("due_at")),
        default=Coalesce(first, F("placed_at")),
        output_field=DateTimeField(),
    )
    rows = Order.objects.of_seller(seller_id).filter(state__in=COLUMNS[name]).annotate(next_at=first, sort_at=due)
    if after:
        rows = rows.filter(Q(sort_at__gt=after[0]) | Q(sort_at=after[0], pk__gt=after[1]))
    return rows.order_by("sort_at", "pk")[: PER_COLUMN + 1]


def _slice(orders: list[Order]) -> Slice:
    """A union has no order of its own."""
    found = sorted(orders, key=_place)
    page = found[:PER_COLUMN]
    return Slice(page, _place(page[-1]) if len(found) > PER_COLUMN else None)


def _place(order: Order) -> Cursor:
    return order.sort_at, order.pk  # type: ignore[attr-defined]  # annotated


def counts(seller_id: int) -> dict[str, int]:
    """How many orders each column holds; one query."""
    filters = {name: Count("pk", filter=Q(state__in=states)) for name, states in COLUMNS.items()}
    return Order.objects.of_seller(seller_id).aggregate(**filters)
