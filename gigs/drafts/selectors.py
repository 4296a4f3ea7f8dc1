from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from gigs import steps
from gigs.drafts.services import BEGUN_MAX
from gigs.models import GigDraft


@dataclass(frozen=True, slots=True)
class Begun:
    """A gig whose first step was never saved."""

    key: uuid.UUID
    title: str
    saved_at: datetime


def begun(seller_id: int, key: uuid.UUID | None) -> GigDraft | None:
    """One of this seller's own that was begun and never saved."""
    return GigDraft.objects.filter(seller=seller_id, gig=None, key=key).first() if key else None


def made_from(seller_id: int, key: uuid.UUID | None) -> int | None:
    """The gig that this key's page made, once it is there."""
    return GigDraft.objects.filter(seller=seller_id, key=key).values_list("gig_id", flat=True).first() if key else None


def begun_gigs(seller_id: int) -> list[Begun]:
    """Last touched first. One query."""
    rows = GigDraft.objects.filter(seller=seller_id, gig=None).order_by("-saved_at", "-pk")[:BEGUN_MAX]
    return [Begun(row.key, _title(row), row.saved_at) for row in rows]


def _title(row: GigDraft) -> str:
    data = row.typed.get(steps.FIRST.slug, {}).get("data") or {}
    return next(iter(data.get("title", [])), "").strip()
