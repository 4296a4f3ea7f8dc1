"""Reads the ledger in order, a few thousand transfers at a time: the memory it takes does not grow with the books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import connection

from marketplace.kernel.money import Money
from payments.documents.export.accounts import name_of

# By id: the order in which they were written, which an index serves.
_PAGE = """
SELECT t.id, t.effective_at, t.kind, t.reference, t.op_key, a.kind, a.owner_id, a.reference, e.amount_minor, e.currency
FROM (
    SELECT id, effective_at, kind, reference, op_key FROM ledger_transfer
    WHERE id > %(after)s AND effective_at >= %(start)s AND effective_at < %(end)s ORDER BY id LIMIT %(limit)s
) t
JOIN ledger_entry e ON e.transfer_id = t.id
JOIN ledger_account a ON a.id = e.account_id
ORDER BY t.id, e.id
"""
_COUNT = "SELECT count(*) FROM ledger_transfer WHERE effective_at >= %(start)s AND effective_at < %(end)s"
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Leg:
    account: str
    debit: Money  # positive as a debit, negative as a credit, as these formats write it


@dataclass(frozen=True, slots=True)
class Posting:
    transfer_id: int
    at: datetime
    kind: str
    reference: str
    key: str
    legs: tuple[Leg, ...]


def count(start: datetime, end: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"start": start, "end": end})
        (found,) = cursor.fetchone()
    return int(found)


def postings(start: datetime, end: datetime) -> Iterator[Posting]:
    """Every posting that took effect from ``start`` on and before ``end``."""
    after = 0
    while page := _page(after, start, end):
        yield from page
        after = page[-1].transfer_id


def _page(after: int, start: datetime, end: datetime) -> list[Posting]:
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, {"after": after, "start": start, "end": end, "limit": _AT_ONCE})
        rows = cursor.fetchall()
    return [_posting(head, list(legs)) for head, legs in groupby(rows, key=lambda row: row[:5])]


def _posting(head: tuple[Any, ...], rows: list[tuple[Any, ...]]) -> Posting:
    transfer_id, at, kind, reference, key = head
    legs = tuple(Leg(name_of(*row[5:8]), Money(-row[8], row[9])) for row in rows)
    return Posting(transfer_id, at, kind, reference, key, legs)
