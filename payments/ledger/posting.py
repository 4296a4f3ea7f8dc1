"""The one way to an entry: a typed function in front of one SQL statement.

``ledger_post`` (migration 0002) opens the accounts that are missing, locks the guarded balances by
account id, writes the transfer with its entries and moves the balances: one round trip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.utils import IntegrityError

from payments.errors import ExceedsHold, KeyReused
from payments.ledger.kinds import GUARDED, Place


@dataclass(frozen=True, slots=True)
class Leg:
    place: Place
    amount_minor: int  # credit positive, debit negative


def debit(place: Place, amount_minor: int) -> Leg:
    return Leg(place, -amount_minor)


def credit(place: Place, amount_minor: int) -> Leg:
    return Leg(place, amount_minor)


_POST = "SELECT ledger_post(%s, %s, %s, %s, %s, %s::text[], %s::bigint[], %s::text[], %s::boolean[], %s::bigint[])"


def post(*, op_key: str, kind: str, reference: str, currency: str, legs: Sequence[Leg], at: datetime) -> bool:
    """Posts legs that sum to zero, in minor units; legs of zero are left out. Runs in the caller's transaction.

    Returns False where ``op_key`` was posted before: nothing is written then.
    Raises ExceedsHold where a guarded account would fall below zero, KeyReused where the key belongs to
    another posting. Both leave the caller's transaction to be rolled back.
    """
    legs = [leg for leg in legs if leg.amount_minor]
    places = [leg.place for leg in legs]
    arguments: list[Any] = [
        op_key,
        kind,
        reference,
        currency,
        at,
        [place.kind.value for place in places],
        [place.owner_id for place in places],
        [place.reference for place in places],
        [place.kind in GUARDED for place in places],
        [leg.amount_minor for leg in legs],
    ]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_POST, arguments)
            (posted,) = cursor.fetchone()
    except IntegrityError as error:
        raise _typed(error, op_key) from error
    return bool(posted)


def _typed(error: IntegrityError, op_key: str) -> Exception:
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if constraint == "ledger_balance_not_negative":
        return ExceedsHold()
    if constraint == "ledger_transfer_key_reused":
        return KeyReused(op_key)
    return error
