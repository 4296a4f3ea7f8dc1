"""What Stripe holds beside the sum of our books, per currency, with what is under way on either side."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Sum

from payments.gateway import listings, movements
from payments.gateway.listings import Window
from payments.models import DifferenceKind, StatementLine
from payments.reconciliation import differences, posted, statement
from payments.reconciliation.differences import Finding

NOUN = "balance"
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Balance:
    """Minor units. What is under way is posted on one side and not yet on the other."""

    currency: str
    ours_minor: int
    theirs_minor: int
    under_way_here_minor: int
    under_way_there_minor: int

    @property
    def is_equal(self) -> bool:
        return self.ours_minor == self.theirs_minor

    @property
    def is_explained(self) -> bool:
        return self.ours_minor - self.under_way_here_minor == self.theirs_minor - self.under_way_there_minor

    @property
    def row(self) -> dict[str, object]:
        return asdict(self)


def compare(since: datetime, at: datetime) -> list[Balance]:
    """Empty where money moved between every two looks; the next run will see. Outside any transaction.

    Lines created from ``since`` on are read once more, so that the statement reaches to this moment.
    """
    for _ in range(_TRIES):
        before = movements.totals()
        _read_on(since)
        theirs = movements.totals()
        if before == theirs:
            balances = _beside(theirs)
            _report(balances, at)
            return balances
    return []


def _read_on(since: datetime) -> None:
    after = ""
    while True:
        page = listings.movements_page(Window(since), after)
        statement.keep(page.items)
        after = page.after
        if not after:
            return


def _beside(theirs: dict[str, int]) -> list[Balance]:
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:  # one snapshot for all sums, but inside a test's transaction
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        ours, here = posted.sums(), posted.unmatched_sums()
        lines = StatementLine.objects.filter(is_matched=False).values_list("currency").annotate(Sum("net_minor"))
        there = dict(lines.order_by())
    return [
        Balance(name, ours.get(name, 0), theirs.get(name, 0), here.get(name, 0), there.get(name, 0))
        for name in sorted({*ours, *theirs})
    ]


def _report(balances: list[Balance], at: datetime) -> None:
    wrong = [balance for balance in balances if not balance.is_explained]
    for balance in wrong:
        note = "Not the sum of what was compared: lines of the statement are missing, and the next run reads them all."
        name, ours, theirs = balance.currency, balance.ours_minor, balance.theirs_minor
        differences.report(Finding(DifferenceKind.BALANCE, NOUN, name, ours, theirs, name, note), at)
    differences.gone_but(NOUN, [balance.currency for balance in wrong], at)
