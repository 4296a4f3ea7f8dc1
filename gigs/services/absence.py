"""A seller is away: nobody orders from them before a day, and everything opens again by itself."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet

from gigs.models import Gig
from gigs.search import entries
from gigs.states import GigState

_GONE = (GigState.ARCHIVED, GigState.TAKEN_DOWN)


def away_until(seller_id: int, at: datetime) -> datetime | None:
    """The last moment before which one of their gigs takes no order; None where all do."""
    found = _gigs(seller_id).filter(away_until__gt=at).aggregate(last=Max("away_until"))
    last: datetime | None = found["last"]
    return last


def resting(seller_id: int, at: datetime) -> tuple[bool, datetime | None]:
    """What others see: whether any gig is offered, and until when all that are rest (None: one takes orders)."""
    is_away = Q(away_until__gt=at)
    offered = Gig.objects.of_seller(seller_id).filter(state=GigState.ACTIVE, is_private=False)
    found = offered.aggregate(
        all=Count("pk"), away=Count("pk", filter=is_away), first_back=Min("away_until", filter=is_away)
    )
    return found["all"] > 0, found["first_back"] if found["all"] == found["away"] else None


def go_away(*, seller_id: int, until: datetime | None, at: datetime) -> int:
    """Of every gig of theirs; None: they are back. Returns how many. Terms and versions stay, running orders go on."""
    with transaction.atomic():
        ids = list(_gigs(seller_id).select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
        Gig.objects.filter(pk__in=ids).update(away_until=until)
        for start in range(0, len(ids), entries.AT_ONCE):
            entries.refresh(ids[start : start + entries.AT_ONCE], at)
    return len(ids)


def _gigs(seller_id: int) -> QuerySet[Gig]:
    return Gig.objects.of_seller(seller_id).exclude(state__in=_GONE)
