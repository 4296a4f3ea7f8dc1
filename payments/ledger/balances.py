"""What an account comes to. A guarded one has it in a row; the others have snapshots, and entries since the last.

Whatever the history of an account, its balance is one read by index.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from payments.ledger.kinds import GUARDED, Kind, Place

# A tail of this many entries is read in a fraction of a millisecond.
_WORTH_A_SNAPSHOT = 200
_PATIENCE = "5 seconds"

_GUARDED = """
SELECT coalesce(sum(b.posted_minor), 0) FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
"""
_SUMMED = "SELECT coalesce(sum(ledger_sum(a.id)), 0) FROM ledger_account a "
_OF_PLACE = "WHERE (a.kind, a.owner_id, a.reference, a.currency, a.shard) = (%s, %s, %s, %s, 0)"
_OF_KIND = "WHERE a.kind = %s AND a.currency = %s"


def balance_of(place: Place, currency: str) -> int:
    """In minor units, credit positive; 0 where nothing was ever posted."""
    arguments = [place.kind.value, place.owner_id, place.reference, currency]
    return _read(_query_of(place.kind) + _OF_PLACE, arguments)


def total_of(kind: Kind, currency: str) -> int:
    """Of all accounts of a kind, in minor units: what all holds come to, what is in suspense."""
    return _read(_query_of(kind) + _OF_KIND, [kind.value, currency])


def take_snapshots(at: datetime) -> int:
    """Writes down what accounts with a long tail come to; returns how many.

    Postings go on meanwhile. Where one has been under way for several seconds, nothing is taken this time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_take_snapshots(%s, %s, %s::interval)", [at, _WORTH_A_SNAPSHOT, _PATIENCE])
        (taken,) = cursor.fetchone()
    return int(taken)


def _query_of(kind: Kind) -> str:
    return _GUARDED if kind in GUARDED else _SUMMED


def _read(query: str, arguments: list[str | int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        (minor,) = cursor.fetchone()
    return int(minor)
