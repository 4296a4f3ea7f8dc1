"""A seller's month, from the ledger: what stood at its beginning, every posting of theirs, what stands at its end.

Whatever posts to an account of a seller appears here, also under a kind that nobody has given words yet; so the
closing balance is the ledger's to the minor unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from marketplace.kernel.money import Money
from payments import owners
from payments.contracts import ReferenceCard
from payments.documents.contents import Party
from payments.documents.months import Month
from payments.documents.profiles import operator, taxpayer
from payments.documents.shares import Share, shares_of
from payments.models import Payout, PayoutState, Release

# Credit is positive: owed to the seller. A debt is an account of theirs too, and counts against them.
_ROWS = """
SELECT t.id, t.kind, t.reference, t.effective_at, sum(e.amount_minor)::bigint AS amount
FROM ledger_account a
JOIN ledger_entry e ON e.account_id = a.id
JOIN ledger_transfer t ON t.id = e.transfer_id
WHERE a.owner_id = %(seller)s AND starts_with(a.kind, 'seller_') AND a.currency = %(currency)s
  AND t.effective_at >= %(start)s AND t.effective_at < %(end)s
GROUP BY t.id
HAVING sum(e.amount_minor) <> 0 OR bool_or(a.kind = 'seller_debt')
ORDER BY t.effective_at, t.id
"""
_BEFORE = """
SELECT coalesce(sum(e.amount_minor), 0)::bigint
FROM ledger_account a
JOIN ledger_entry e ON e.account_id = a.id
JOIN ledger_transfer t ON t.id = e.transfer_id
WHERE a.owner_id = %(seller)s AND starts_with(a.kind, 'seller_') AND a.currency = %(currency)s
  AND t.effective_at < %(start)s
"""
_MONTHS = """
SELECT a.currency, to_char(t.effective_at AT TIME ZONE %(zone)s, 'YYYY-MM') AS month, sum(e.amount_minor)::bigint,
       coalesce(sum(e.amount_minor) FILTER (WHERE starts_with(t.kind, 'release')), 0)::bigint
FROM ledger_account a
JOIN ledger_entry e ON e.account_id = a.id
JOIN ledger_transfer t ON t.id = e.transfer_id
WHERE a.owner_id = %(seller)s AND starts_with(a.kind, 'seller_')
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One posting, in a seller's words."""

    transfer_id: int
    at: datetime
    what: str
    card: ReferenceCard
    amount: Money  # what it did to the balance
    balance: Money  # after it
    price: Money | None = None  # of a release or its undoing
    fee: Money | None = None


@dataclass(frozen=True, slots=True)
class BankRow:
    """From the seller's account at the provider to their bank: their own ledger, shown for completeness."""

    at: datetime
    what: str
    amount: Money


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month in the list."""

    month: Month
    currency: str
    earned: Money  # after fees, less what was taken back
    closing: Money


@dataclass(frozen=True, slots=True)
class Statement:
    month: Month
    currency: str
    seller: Party
    operator: Party
    opening: Money
    rows: tuple[Row, ...]
    payouts: tuple[BankRow, ...]
    is_running: bool  # the month has not ended

    @property
    def closing(self) -> Money:
        return self.rows[-1].balance if self.rows else self.opening

    @property
    def sums(self) -> list[tuple[str, Money]]:
        """What the rows come to, by kind; opening + their total = closing."""
        found: dict[str, Money] = {}
        for row in self.rows:
            found[row.what] = found.get(row.what, Money(0, self.currency)) + row.amount
        return list(found.items())

    @property
    def fees(self) -> Money:
        """The fees within the rows, less what was returned."""
        return Money(sum(row.fee.amount_minor for row in self.rows if row.fee), self.currency)


def months(seller_id: int, at: datetime) -> list[MonthRow]:
    """Every month from the first movement to the present one, newest first, by currency. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, {"seller": seller_id, "zone": settings.TIME_ZONE})
        moved = {(currency, Month.parse(month)): (all_, earned) for currency, month, all_, earned in cursor.fetchall()}
    rows = []
    for currency in sorted({currency for currency, _month in moved}):
        month, balance = min(month for known, month in moved if known == currency), 0
        while month <= Month.of(at):
            change, earned = moved.get((currency, month), (0, 0))
            balance += change
            rows.append(MonthRow(month, currency, Money(earned, currency), Money(balance, currency)))
            month = month.next
    return sorted(rows, key=lambda row: (row.month, row.currency), reverse=True)


def statement(seller_id: int, month: Month, currency: str, at: datetime) -> Statement:
    """A month of one currency, as of now where it has not ended. A fixed number of queries."""
    names: dict[str, Any] = {"seller": seller_id, "currency": currency, "start": month.start, "end": month.end}
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, names)
        (before,) = cursor.fetchone()
        cursor.execute(_ROWS, names)
        found = cursor.fetchall()
    opening = Money(before, currency)
    return Statement(
        month=month,
        currency=currency,
        seller=taxpayer(seller_id).party,
        operator=operator().party,
        opening=opening,
        rows=tuple(_rows(found, seller_id, opening)),
        payouts=tuple(_payouts(seller_id, month, currency)),
        is_running=at < month.end,
    )


def _rows(found: list[tuple[int, str, str, datetime, int]], seller_id: int, opening: Money) -> Iterable[Row]:
    references = sorted({reference for _id, _kind, reference, _at, _amount in found})
    cards, shares = owners.describe(references), _shares(seller_id, references)
    balance = opening
    for transfer_id, kind, reference, at, amount_minor in found:
        amount = Money(amount_minor, opening.currency)
        balance += amount
        price, fee = _price_and_fee(shares.get(transfer_id), amount)
        yield Row(transfer_id, at, in_words(kind), cards[reference], amount, balance, price, fee)


def _shares(seller_id: int, references: list[str]) -> dict[int, Share]:
    releases = Release.objects.filter(payee_id=seller_id, charge__reference__in=references).select_related("charge")
    return {share.transfer_id: share for share in shares_of(releases)}


def _price_and_fee(share: Share | None, amount: Money) -> tuple[Money | None, Money | None]:
    """Apart only where they make up the amount; else the amount alone is said."""
    if share is None or share.price_minor - share.seller_fee_minor != amount.amount_minor:
        return None, None
    return Money(share.price_minor, amount.currency), Money(share.seller_fee_minor, amount.currency)


def in_words(kind: str) -> str:
    """A kind of posting as a seller would say it; one without words of its own by its name."""
    known = {
        "release": _("Order completed"),
        "release_undone": _("Taken back for the buyer"),
        "release_owed": _("Owed by you, for the buyer"),
        "clear": _("Cleared"),
        "transfer_intent": _("Sent to your payout account"),
        "transfer_done": _("Arrived in your payout account"),
        "transfer_failed": _("Could not be sent: with us again"),
        "transfer_reversed": _("Back from your payout account"),
        "debt_recovered": _("Kept for what you owed"),
        "debt_settled": _("What you owed, paid"),
        "debt_written_off": _("Debt that you need not pay"),
        "manual": _("Corrected by hand"),
    }
    return known.get(kind) or kind.replace("_", " ").capitalize()


def _payouts(seller_id: int, month: Month, currency: str) -> Iterable[BankRow]:
    """Those that the bank confirmed in the month, and those asked for in it that it has not confirmed."""
    paid = Q(state=PayoutState.PAID, paid_at__gte=month.start, paid_at__lt=month.end)
    others = ~Q(state=PayoutState.PAID) & Q(asked_at__gte=month.start, asked_at__lt=month.end)
    found = Payout.objects.filter(paid | others, account__user_id=seller_id, currency=currency)
    for payout in found.order_by("asked_at", "id"):
        yield BankRow(
            payout.paid_at or payout.asked_at, _payout_in_words(payout), Money(payout.amount_minor, payout.currency)
        )


def _payout_in_words(payout: Payout) -> str:
    known = {
        PayoutState.PAID.value: _("Paid to your bank"),
        PayoutState.FAILED.value: _("Did not reach your bank"),
    }
    return known.get(payout.state, _("On its way to your bank"))
