"""The one way to an entry: a typed function in front of one SQL statement.

``ledger_post`` (migration 0012) writes the transfer, opens the accounts that are missing, writes the entries and
moves the guarded balances in the order of their account ids: one round trip.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.utils import IntegrityError

from marketplace.kernel.postgresql.statements import Statement
from payments.errors import ExceedsHold, KeyReused, NotPosted, NotReversible
from payments.ledger.kinds import GUARDED, Kind, Place
from payments.models import Entry


@dataclass(frozen=True, slots=True)
class Leg:
    place: Place
    amount_minor: int  # credit positive, debit negative


def debit(place: Place, amount_minor: int) -> Leg:
    return Leg(place, -amount_minor)


def credit(place: Place, amount_minor: int) -> Leg:
    return Leg(place, amount_minor)


_POST = Statement("ledger_post", "SELECT ledger_post(%s, %s, %s, %s, %s, %s, %s)", places=7)


def post(*, op_key: str, kind: str, reference: str, currency: str, legs: Sequence[Leg], at: datetime) -> bool:
    """Posts legs that sum to zero, in minor units; legs of zero are left out. Runs in the caller's transaction.

    Returns False where ``op_key`` was posted before: nothing is written then.
    Raises ExceedsHold where a guarded account would fall below zero, KeyReused where the key belongs to
    another posting, IntegrityError where the legs do not balance. All leave the caller's transaction to be rolled back.
    """
    return _write(op_key, kind, reference, currency, legs, at, reverses_id=None)


def reverse(*, op_key: str, new_key: str, at: datetime) -> bool:
    """Posts the mirror of the transfer with ``op_key``, which is how a posting is corrected. At most once.

    Returns False where ``new_key`` did that before. Raises NotPosted where there is no such transfer, NotReversible
    where it is a reversal or has been reversed, ExceedsHold where its money has moved on.
    """
    entries = Entry.objects.filter(transfer__op_key=op_key).select_related("transfer", "account").order_by("id")
    if not entries:
        raise NotPosted(op_key)
    original = entries[0].transfer
    if original.reverses_id is not None:
        raise NotReversible(op_key)
    places = [Place(Kind(e.account.kind), e.account.owner_id, e.account.reference) for e in entries]
    legs = [Leg(place, -e.amount_minor) for place, e in zip(places, entries, strict=True)]
    return _write(new_key, "reversal", original.reference, entries[0].currency, legs, at, reverses_id=original.pk)


def _write(
    op_key: str, kind: str, reference: str, currency: str, legs: Sequence[Leg], at: datetime, *, reverses_id: int | None
) -> bool:
    rows = [
        {
            "kind": leg.place.kind,
            "owner_id": leg.place.owner_id,
            "reference": leg.place.reference,
            "guarded": leg.place.kind in GUARDED,
            "amount_minor": leg.amount_minor,
        }
        for leg in legs
        if leg.amount_minor
    ]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_POST.on(connection), (op_key, kind, reference, currency, at, reverses_id, json.dumps(rows)))
            (posted,) = cursor.fetchone()
    except IntegrityError as error:
        raise _typed(error, op_key) from error
    return bool(posted)


def _typed(error: IntegrityError, op_key: str) -> Exception:
    match getattr(getattr(error.__cause__, "diag", None), "constraint_name", ""):
        case "ledger_balance_not_negative":
            return ExceedsHold()
        case "ledger_transfer_key_reused":
            return KeyReused(op_key)
        case "ledger_transfer_reversed_once":
            return NotReversible(op_key)
    return error
