"""Balances of accounts, credit positive, in minor units: now, or as they stood at a moment.

Both begin at a snapshot, so that their cost does not grow with an account's history. A movement is dated when it is
posted, by the database's clock; for a moment in the past it is looked for among what was posted until a day after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from payments.models import Account, Snapshot

_LATE = timedelta(days=1)

_NOW = """
SELECT a.id, coalesce(b.posted_minor, ledger_sum(a.id))
FROM ledger_account a LEFT JOIN ledger_balance b ON b.account_id = a.id WHERE a.id = ANY (%s)
"""
_THEN = """
SELECT a.id, (coalesce(s.posted_minor, 0) + coalesce((
    SELECT sum(e.amount_minor) FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id
    WHERE e.account_id = a.id AND e.id > coalesce(s.through_entry_id, 0)
      AND (n.through_entry_id IS NULL OR e.id <= n.through_entry_id) AND t.effective_at <= %(until)s), 0))::bigint
FROM ledger_account a
LEFT JOIN LATERAL (SELECT through_entry_id, posted_minor FROM ledger_snapshot
    WHERE account_id = a.id AND taken_at <= %(until)s ORDER BY through_entry_id DESC LIMIT 1) s ON true
LEFT JOIN LATERAL (SELECT through_entry_id FROM ledger_snapshot
    WHERE account_id = a.id AND taken_at > %(late)s ORDER BY through_entry_id LIMIT 1) n ON true
WHERE a.id = ANY (%(accounts)s)
"""


def balances_of(accounts: Sequence[Account], until: datetime | None = None) -> dict[int, int]:
    """Of many accounts at once, by id; one query."""
    ids = [account.id for account in accounts]
    with connection.cursor() as cursor:
        if until is None:
            cursor.execute(_NOW, [ids])
        else:
            cursor.execute(_THEN, {"accounts": ids, "until": until, "late": until + _LATE})
        return dict(cursor.fetchall())


def balance_of(account: Account, until: datetime | None = None) -> int:
    return balances_of([account], until)[account.id]


def last_entry_by(account: Account, until: datetime) -> int | None:
    """An entry's id after which nothing of an account is dated before a moment, where a snapshot tells; else None."""
    later = Snapshot.objects.filter(account=account, taken_at__gt=until + _LATE).order_by("through_entry_id")
    return later.values_list("through_entry_id", flat=True).first()
