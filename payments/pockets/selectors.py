"""What pockets come to: each payout that a bank has confirmed counts with the percentage of its day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from payments.documents.months import Month
from payments.models import PocketShare, Rhythm
from payments.models.planning import MOST_POCKETS, WHOLE_PERCENT

SHOWN_MONTHS = 12
# A percentage is rounded once: of all that was paid while it held, in one month and currency.
_BY_SHARE = """
SELECT s.pocket_id, s.percent, p.currency, to_char(p.paid_at AT TIME ZONE %(zone)s, 'YYYY-MM') AS month,
       sum(p.amount_minor)::bigint
FROM payments_pocketshare s
JOIN payments_connectedaccount a ON a.user_id = s.user_id
JOIN payments_payout p ON p.account_id = a.id AND p.state = 'paid'
     AND p.paid_at >= s.since AND (s.until IS NULL OR p.paid_at < s.until)
WHERE s.user_id = %(user)s
GROUP BY s.id, s.pocket_id, s.percent, p.currency, month
ORDER BY month
"""

_Sums = dict[str, Money]  # by currency


@dataclass(frozen=True, slots=True)
class PocketRow:
    """One pocket on its owner's page."""

    id: int
    name: str
    percent: int
    since: datetime
    rhythm: Rhythm
    remind_on: date | None
    months: dict[Month, tuple[Money, ...]]
    total: tuple[Money, ...]  # by currency, since it was set up


@dataclass(frozen=True, slots=True)
class Pockets:
    rows: tuple[PocketRow, ...]

    @property
    def percent(self) -> int:
        return sum(row.percent for row in self.rows)

    @property
    def left_percent(self) -> int:
        """What is not set aside."""
        return WHOLE_PERCENT - self.percent

    @property
    def has_room(self) -> bool:
        return len(self.rows) < MOST_POCKETS and self.left_percent > 0

    @property
    def months(self) -> list[Month]:
        """Those with something, the newest first, as many as are shown."""
        return sorted({month for row in self.rows for month in row.months}, reverse=True)[:SHOWN_MONTHS]


def pockets_of(user_id: int) -> Pockets:
    """Two queries."""
    shares = PocketShare.objects.filter(user_id=user_id, until=None).select_related("pocket").order_by("pocket_id")
    sums = _sums(user_id)
    return Pockets(tuple(_row(share, sums.get(share.pocket_id, {})) for share in shares))


def own_share(user_id: int, pocket_id: int) -> PocketShare:
    """Of somebody's own pocket, as it counts now; the getter is the permission. Raises NotFound."""
    share = PocketShare.objects.filter(user_id=user_id, pocket=pocket_id, until=None).select_related("pocket").first()
    if share is None:
        raise NotFound(_("There is no such pocket."))
    return share


def _sums(user_id: int) -> dict[int, dict[Month, _Sums]]:
    with connection.cursor() as cursor:
        cursor.execute(_BY_SHARE, {"user": user_id, "zone": settings.TIME_ZONE})
        found: Any = defaultdict(lambda: defaultdict(dict))
        for pocket, percent, currency, month, minor in cursor.fetchall():
            sums = found[pocket][Month.parse(month)]
            part = Money(minor, currency).portion(percent, WHOLE_PERCENT)
            sums[currency] = sums[currency] + part if currency in sums else part
    return dict(found)


def _row(share: PocketShare, months: dict[Month, _Sums]) -> PocketRow:
    pocket = share.pocket
    return PocketRow(
        id=pocket.pk,
        name=pocket.name,
        percent=share.percent,
        since=pocket.created_at,
        rhythm=Rhythm(pocket.rhythm),
        remind_on=pocket.remind_on,
        months={month: _amounts([sums]) for month, sums in months.items()},
        total=_amounts(months.values()),
    )


def _amounts(several: Iterable[_Sums]) -> tuple[Money, ...]:
    total: _Sums = {}
    for sums in several:
        for currency, amount in sums.items():
            total[currency] = total[currency] + amount if currency in total else amount
    return tuple(total[currency] for currency in sorted(total))
