"""What became a seller's, read from the ledger by days of the business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection

from marketplace.kernel.money import Money
from payments.documents.months import midnight

# What went back while it was still with the platform is taken off the day on which it went.
_BY_DAY = """
SELECT (t.effective_at AT TIME ZONE %(zone)s)::date AS day, a.currency, sum(e.amount_minor)::bigint
FROM ledger_account a
JOIN ledger_entry e ON e.account_id = a.id
JOIN ledger_transfer t ON t.id = e.transfer_id
WHERE a.owner_id = %(seller)s AND a.kind = 'seller_available' AND t.kind IN ('clear', 'release_undone')
  AND t.effective_at >= %(start)s AND t.effective_at < %(end)s
GROUP BY 1, 2
ORDER BY 1, 2
"""
_FIRST = """
SELECT a.currency, min(t.effective_at)
FROM ledger_account a
JOIN ledger_entry e ON e.account_id = a.id
JOIN ledger_transfer t ON t.id = e.transfer_id
WHERE a.owner_id = %(seller)s AND a.kind = 'seller_available' AND t.kind = 'clear'
GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Came:
    """What became a seller's on one day, after fees."""

    day: date
    amount: Money


def came(seller_id: int, first: date, end: date) -> list[Came]:
    """From the first day until the day before ``end``; a row for each day and currency with something. One query."""
    names: dict[str, Any] = {"seller": seller_id, "zone": settings.TIME_ZONE}
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY, {**names, "start": midnight(first), "end": midnight(end)})
        return [Came(day, Money(minor, currency)) for day, currency, minor in cursor.fetchall() if minor]


def first_came(seller_id: int) -> dict[str, datetime]:
    """When the first amount became theirs, by currency. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, {"seller": seller_id})
        return dict(cursor.fetchall())
