"""A seller's counts, kept in the transaction that changes them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F

from marketplace.kernel.postgresql.statements import Statement
from marketplace.kernel.prepared import prepared_change
from orders.deadlines import Standing
from orders.models import SellerRecord
from orders.rules import Rules

_WEEK = timedelta(days=7)
_RECENT = 50


def count(
    seller_id: int,
    *,
    completed: int = 0,
    promised: int = 0,
    on_time: int = 0,
    review_count: int = 0,
    stars_total: int = 0,
) -> None:
    """Adds to the counts; the row is made at the first."""
    given = seller_id, completed, promised, on_time, review_count, stars_total
    if not _ADD.run(*given):
        SellerRecord.objects.bulk_create([SellerRecord(seller_id=seller_id)], ignore_conflicts=True)
        _ADD.run(*given)


_ADD = prepared_change(
    lambda seller, completed, promised, on_time, review_count, stars_total: (
        SellerRecord.objects.filter(seller_id=seller),
        {
            "completed": F("completed") + completed,
            "promised": F("promised") + promised,
            "on_time": F("on_time") + on_time,
            "review_count": F("review_count") + review_count,
            "stars_total": F("stars_total") + stars_total,
        },
    )
)


# One round trip, bounded whatever the seller has behind them: no more orders are counted than trust asks for.
_STANDING = Statement(
    "orders_standing",
    """
SELECT (SELECT count(*) FROM (SELECT FROM orders_order
            WHERE seller_id = %s AND completed_at IS NOT NULL AND state = 'completed'
            LIMIT %s) AS done),
       (SELECT count(*) FILTER (WHERE percent < 50) FROM (SELECT percent FROM orders_order
            WHERE seller_id = %s AND percent IS NOT NULL AND state IN ('completed', 'cancelled')
            ORDER BY closed_at DESC LIMIT %s) AS decided),
       (SELECT coalesce(sum(p.price_minor), 0) FROM orders_orderpayment p JOIN orders_order o ON o.id = p.order_id
            WHERE p.cleared_fast AND p.released_at > %s
            AND o.seller_id = %s AND o.currency = %s)
    """,
    places=7,
)


def standing(seller_id: int, currency: str, at: datetime, rules: Rules) -> Standing:
    """What decides how long a seller's money clears. A dispute is lost where less than half went to the seller.

    What cleared the fast way counts per currency, as its limit does.
    """
    trusted = rules.clearing_trusted_orders
    with connection.cursor() as cursor:
        given = (seller_id, trusted, seller_id, _RECENT, at - _WEEK, seller_id, currency)
        cursor.execute(_STANDING.on(connection), given)
        completed, lost, fast = cursor.fetchone()
    return Standing(completed=completed, lost_of_last_50=lost, fast_this_week_minor=int(fast))
