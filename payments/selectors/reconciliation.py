"""What the staff's page and the command show of reconciliations."""

from __future__ import annotations

from django.db.models import QuerySet

from payments.models import Brake, Difference, DifferenceState, ReconciliationRun


def open_differences(*, after: int | None = None) -> QuerySet[Difference]:
    """Oldest first: what waits longest comes first. ``after``: the last one of the page before."""
    waiting = Difference.objects.filter(state=DifferenceState.OPEN).order_by("pk")
    return waiting if after is None else waiting.filter(pk__gt=after)


def closed_differences(*, before: int | None = None) -> QuerySet[Difference]:
    """Newest first."""
    closed = Difference.objects.exclude(state=DifferenceState.OPEN).order_by("-pk")
    return closed if before is None else closed.filter(pk__lt=before)


def recent_runs(limit: int = 10) -> list[ReconciliationRun]:
    return list(ReconciliationRun.objects.order_by("-started_at", "-id")[:limit])


def frozen_outflows() -> list[Brake]:
    """Brakes that only a reconciliation lifts."""
    return list(Brake.objects.filter(until_reconciled=True).order_by("outflow"))
