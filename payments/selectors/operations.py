"""Stripe operations for staff: filtered pages, and how the queue is doing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from payments.models import OperationKind, OperationState, StripeOperation

PAGE = 50
_DAY = timedelta(days=1)
_OPEN = (OperationState.PENDING, OperationState.PARKED)


@dataclass(frozen=True, slots=True)
class OperationPage:
    rows: Sequence[StripeOperation]
    next_before: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class KindCount:
    """One kind: what is open, and what ended within a day."""

    kind: str
    pending: int
    parked: int
    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class Metrics:
    kinds: Sequence[KindCount]
    oldest_due_at: datetime | None
    failed_last_hour: int

    @property
    def pending(self) -> int:
        return sum(row.pending for row in self.kinds)

    @property
    def parked(self) -> int:
        return sum(row.parked for row in self.kinds)


def page(*, state: str = "", kind: str = "", before: uuid.UUID | None = None) -> OperationPage:
    """Newest first (ids grow with time). One query."""
    rows = StripeOperation.objects.order_by("-id")
    if state in OperationState.values:
        rows = rows.filter(state=state)
    if kind in OperationKind.values:
        rows = rows.filter(kind=kind)
    if before:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    return OperationPage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def metrics(at: datetime) -> Metrics:
    """Four queries, each over what is open or ended within a day, however long the history is."""
    open_ones = StripeOperation.objects.filter(state__in=_OPEN).order_by()
    ended = StripeOperation.objects.filter(done_at__gt=at - _DAY).order_by()
    counts: dict[tuple[str, str], int] = {}
    for rows in (open_ones, ended):
        for state, kind, number in rows.values_list("state", "kind").annotate(number=Count("id")):
            counts[state, kind] = number
    kinds = [
        KindCount(kind, *(counts.get((state.value, kind), 0) for state in _COLUMNS))
        for kind in OperationKind.values
        if any(counted == kind for _state, counted in counts)
    ]
    pending = StripeOperation.objects.filter(state=OperationState.PENDING, due_at__lte=at)
    hour = StripeOperation.objects.filter(state=OperationState.FAILED, done_at__gt=at - timedelta(hours=1))
    return Metrics(kinds, pending.aggregate(due=Min("due_at"))["due"], hour.count())


_COLUMNS = (OperationState.PENDING, OperationState.PARKED, OperationState.DONE, OperationState.FAILED)
