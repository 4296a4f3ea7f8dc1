"""Postings that moved Stripe's balance, by their keys and by what nobody has matched yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

_COLUMNS = "t.id, t.op_key, t.reference, e.currency, -sum(e.amount_minor)::bigint, t.effective_at"
_FROM = """
FROM ledger_account a
JOIN ledger_entry e ON e.account_id = a.id
JOIN ledger_transfer t ON t.id = e.transfer_id
WHERE a.kind = 'stripe_balance'
"""
_BY_KEY = f"""
SELECT {_COLUMNS}
FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id JOIN ledger_account a ON a.id = e.account_id
WHERE a.kind = 'stripe_balance' AND t.op_key = ANY(%s)
GROUP BY t.id, e.currency
"""  # noqa: S608 - fixed texts
# What was posted and reversed again moved nothing.
_UNMATCHED = """
  AND t.reverses_id IS NULL
  AND NOT EXISTS (SELECT FROM ledger_transfer r WHERE r.reverses_id = t.id)
  AND NOT EXISTS (SELECT FROM payments_matchedposting m WHERE m.transfer_id = t.id)
"""
_LONG_UNMATCHED = f"""
SELECT {_COLUMNS} {_FROM} {_UNMATCHED} AND t.effective_at <= %s
GROUP BY t.id, e.currency HAVING sum(e.amount_minor) <> 0 ORDER BY t.id LIMIT %s
"""
_SUMS = f"SELECT e.currency, -sum(e.amount_minor)::bigint {_FROM} GROUP BY e.currency"
_UNMATCHED_SUMS = f"SELECT e.currency, -sum(e.amount_minor)::bigint {_FROM} {_UNMATCHED} GROUP BY e.currency"


@dataclass(frozen=True, slots=True)
class Posted:
    """``amount_minor`` as seen from Stripe's balance: positive came in."""

    transfer_id: int
    op_key: str
    reference: str
    currency: str
    amount_minor: int
    at: datetime


def by_key(keys: Iterable[str]) -> dict[str, Posted]:
    return {entry.op_key: entry for entry in _rows(_BY_KEY, list(keys))}


def long_unmatched(before: datetime, *, limit: int) -> list[Posted]:
    """Postings from before a moment that no line of Stripe's statement explains, oldest first."""
    return _rows(_LONG_UNMATCHED, before, limit)


def sums() -> dict[str, int]:
    """What our books say Stripe holds, by currency."""
    return _sums(_SUMS)


def unmatched_sums() -> dict[str, int]:
    return _sums(_UNMATCHED_SUMS)


def _rows(sql: str, *given: list[str] | datetime | int) -> list[Posted]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(given))
        return [Posted(*row) for row in cursor.fetchall()]


def _sums(sql: str) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return dict(cursor.fetchall())
