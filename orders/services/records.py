"""A seller's counts, kept in the transaction that changes them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Sum

from orders.deadlines import Standing
from orders.models import Order, SellerRecord
from orders.states import State

_WEEK = timedelta(days=7)
_RECENT = 50


def count(seller_id: int, **steps: int) -> None:
    """Adds to the named counts; the row is made at the first."""
    SellerRecord.objects.bulk_create([SellerRecord(seller_id=seller_id)], ignore_conflicts=True)
    changes = {name: F(name) + step for name, step in steps.items()}
    SellerRecord.objects.filter(seller_id=seller_id).update(**changes)


def standing(seller_id: int, currency: str, at: datetime) -> Standing:
    """What decides how long a seller's money clears. A dispute is lost where less than half went to the seller.

    What cleared the fast way counts per currency, as its limit does.
    """
    done = Order.objects.filter(seller_id=seller_id, state=State.COMPLETED)
    ended = Order.objects.filter(
        seller_id=seller_id, state__in=[State.COMPLETED, State.CANCELLED], percent__isnull=False
    )
    percents = ended.order_by("-closed_at").values_list("percent", flat=True)[:_RECENT]
    fast = done.filter(currency=currency, cleared_fast=True, completed_at__gt=at - _WEEK)
    return Standing(
        completed=done.count(),
        lost_of_last_50=sum(1 for percent in percents if percent is not None and percent < 50),
        fast_this_week_minor=fast.aggregate(total=Sum("price_minor"))["total"] or 0,
    )
