"""What releases and their undoing meant for price and fees, read from the ledger.

A posting moves one gross amount out of a hold or back into it, with all fees in one leg. Papers need the fees apart:
the seller's is the seller's to deduct, the buyer's is the buyer's. Split in the order of the postings, by what was
moved up to then, the parts of all postings of a release sum to its columns to the minor unit.
"""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from marketplace.kernel.money import Money
from payments.ledger.kinds import Kind
from payments.models import Release

# Postings about these references that move a hold together with a seller's share or fees; credit is positive.
_MOVED = """
SELECT t.id, t.op_key, t.kind, t.reference, t.effective_at,
       -(sum(e.amount_minor) FILTER (WHERE a.kind = %(hold)s))::bigint AS gross,
       coalesce(sum(e.amount_minor) FILTER (WHERE a.kind = %(fees)s), 0)::bigint AS fees
FROM ledger_transfer t
JOIN ledger_entry e ON e.transfer_id = t.id
JOIN ledger_account a ON a.id = e.account_id
WHERE t.reference = ANY(%(references)s)
GROUP BY t.id
HAVING bool_or(a.kind = %(hold)s) AND bool_or(a.kind = %(fees)s OR starts_with(a.kind, 'seller_'))
ORDER BY t.id
"""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Share:
    """One posting of one release: positive as it became the seller's, negative as it was undone."""

    release: Release
    transfer_id: int
    kind: str
    at: datetime
    price_minor: int
    seller_fee_minor: int
    buyer_fee_minor: int

    @property
    def is_undone(self) -> bool:
        return self.price_minor < 0 or self.buyer_fee_minor < 0


@dataclass(slots=True)
class _Running:
    gross: int = 0
    fees: int = 0


def shares_of(releases: Iterable[Release]) -> list[Share]:
    """Every posting that gave or took these releases' shares, in the order of the ledger. One query."""
    by_id = {str(release.id): release for release in releases}
    by_reference: defaultdict[str, list[Release]] = defaultdict(list)
    for release in by_id.values():
        by_reference[release.charge.reference].append(release)
    running: defaultdict[uuid.UUID, _Running] = defaultdict(_Running)
    found = []
    for row in _moved(list(by_reference)):
        moved = _release_of(row.op_key, by_id, by_reference[row.reference])
        if moved is not None:
            found.append(_share(moved, row, running[moved.id]))
    return found


@dataclass(frozen=True, slots=True)
class _Row:
    transfer_id: int
    op_key: str
    kind: str
    reference: str
    at: datetime
    gross: int
    fees: int


def _moved(references: list[str]) -> list[_Row]:
    names: dict[str, Any] = {"hold": Kind.HOLD, "fees": Kind.FEE_REVENUE, "references": references}
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, names)
        return [_Row(*row) for row in cursor.fetchall()]


def _release_of(op_key: str, by_id: dict[str, Release], of_reference: list[Release]) -> Release | None:
    """A posting's key names its release; where it does not, a reference with one release leaves no doubt."""
    for name in _UUID.findall(op_key):
        if name in by_id:
            return by_id[name]
    return of_reference[0] if len(of_reference) == 1 else None


def _share(release: Release, row: _Row, running: _Running) -> Share:
    before = _parts(release, running)
    running.gross += row.gross
    running.fees += row.fees
    after = _parts(release, running)
    price, seller_fee, buyer_fee = (new - old for new, old in zip(after, before, strict=True))
    return Share(release, row.transfer_id, row.kind, row.at, price, seller_fee, buyer_fee)


def _parts(release: Release, running: _Running) -> tuple[int, int, int]:
    """(price, seller's fee, buyer's fee) of what stands released; the buyer's part rounded once."""
    fees = release.seller_fee_minor + release.buyer_fee_minor
    whole = Money(release.buyer_fee_minor, release.charge.currency)
    buyer = whole.portion(running.fees, fees).amount_minor if fees else 0
    return running.gross - buyer, running.fees - buyer, buyer
