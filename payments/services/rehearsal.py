"""What a deed would post, to the entry: done for real in a transaction that is rolled back, never guessed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from marketplace.kernel.money import Money
from payments.models import Entry, LedgerTransfer

_MADE_HERE = "SELECT id FROM ledger_transfer WHERE id > %s AND made_in = pg_current_xact_id()"


@dataclass(frozen=True, slots=True)
class Leg:
    kind: str  # of account
    owner_id: int
    reference: str
    amount: Money  # credit positive


@dataclass(frozen=True, slots=True)
class Posting:
    kind: str
    legs: tuple[Leg, ...]


class _Enough(Exception):
    pass


def rehearse(do: Callable[[], object]) -> list[Posting]:
    """The postings that ``do`` would make. Raises what it raises; nothing stays, and nothing is sent."""
    found: list[Posting] = []
    try:
        with transaction.atomic():
            found = perform(do)
            raise _Enough
    except _Enough:
        return found


def perform(do: Callable[[], object]) -> list[Posting]:
    """Does it in the caller's transaction; returns what was posted, in order."""
    before = LedgerTransfer.objects.order_by("-id").values_list("id", flat=True).first() or 0
    do()
    with connection.cursor() as cursor:
        cursor.execute(_MADE_HERE, [before])
        made = [row[0] for row in cursor.fetchall()]
    legs: dict[int, list[Leg]] = {}
    kinds: dict[int, str] = {}
    for entry in Entry.objects.filter(transfer__in=made).select_related("transfer", "account").order_by("id"):
        account = entry.account
        leg = Leg(account.kind, account.owner_id, account.reference, Money(entry.amount_minor, entry.currency))
        legs.setdefault(entry.transfer_id, []).append(leg)
        kinds[entry.transfer_id] = entry.transfer.kind
    return [Posting(kinds[pk], tuple(legs[pk])) for pk in sorted(legs)]


def fingerprint(postings: Sequence[Posting]) -> str:
    """The same for the same postings. Names of accounts are left out: a new hold has a new one each time."""
    plain = [[posting.kind, *(_plain(leg) for leg in posting.legs)] for posting in postings]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:32]


def _plain(leg: Leg) -> list[object]:
    return [leg.kind, leg.owner_id, leg.amount.amount_minor, leg.amount.currency]
