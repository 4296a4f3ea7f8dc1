"""Webhooks for staff: what waits, what could not be dealt with, what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Min

from payments.models import WebhookEvent

PAGE, MOST = 50, 1_000


class Show(StrEnum):
    PARKED = "parked"
    WAITING = "waiting"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class EventPage:
    rows: Sequence[WebhookEvent]
    next_before: int | None
    parked: int  # counted up to ``MOST``
    waiting: int
    oldest_at: datetime | None  # received, of those that wait


def page(show: Show, before: int = 0) -> EventPage:
    """Newest first; four queries. Payloads are left out."""
    parked = WebhookEvent.objects.filter(parked_at__isnull=False)
    waiting = WebhookEvent.objects.filter(processed_at=None, parked_at=None)
    rows = {Show.PARKED: parked, Show.WAITING: waiting}.get(show, WebhookEvent.objects.all()).defer("payload")
    if before:
        rows = rows.filter(id__lt=before)
    found = list(rows.order_by("-id")[: PAGE + 1])
    return EventPage(
        found[:PAGE],
        found[PAGE - 1].id if len(found) > PAGE else None,
        parked[:MOST].count(),
        waiting[:MOST].count(),
        waiting.aggregate(oldest=Min("received_at"))["oldest"],
    )
