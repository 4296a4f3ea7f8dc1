"""What each gig brought its seller, by day: worked out from the payments of the days that may still have changed."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction

from gigs.models import Gig, GigReceipt
from gigs.services.ordering import SOURCE_KIND
from gigs.statistics.services import KEPT_DAYS
from orders import api as orders

FRESH_DAYS = 3  # of these anew at every run
COMPARED_DAYS = 180  # of these anew once a day: all that pages show or compare with, and a bank may take back from
_SPAN_DAYS = 30  # in one piece
_AT_ONCE = 2_000


def count_receipts(at: datetime) -> int:
    """Of the last days; returns how many rows there are of them."""
    return _count(at, FRESH_DAYS)


def count_again(at: datetime) -> int:
    """Of all days whose payments may have been taken back since; what is older than is kept goes."""
    GigReceipt.objects.filter(day__lt=_today(at) - timedelta(days=KEPT_DAYS)).delete()
    return _count(at, COMPARED_DAYS)


def _count(at: datetime, days: int) -> int:
    after = _today(at) + timedelta(days=1)
    first, rows = after - timedelta(days=days), 0
    while first < after:
        end = min(first + timedelta(days=_SPAN_DAYS), after)
        rows += _count_span(first, end)
        first = end
    return rows


@transaction.atomic
def _count_span(first: date, end: date) -> int:
    """Replaces the rows of these days in UTC, ``end`` not among them. One at a time: the job of the last days and that
    of all days meet, and the later one is to read and write after the earlier.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('gigs_gigreceipt'))")
    sums: dict[tuple[int, date, str], int] = defaultdict(int)
    for receipt in orders.receipts(SOURCE_KIND, _midnight(first), _midnight(end)):
        if receipt.source_ref.isdigit():
            day = receipt.at.astimezone(UTC).date()
            sums[int(receipt.source_ref), day, receipt.amount.currency] += receipt.amount.amount_minor
    GigReceipt.objects.filter(day__gte=first, day__lt=end).delete()
    there = set(Gig.objects.filter(pk__in={gig_id for gig_id, *_ in sums}).values_list("pk", flat=True))
    rows = [
        GigReceipt(gig_id=gig_id, day=day, currency=code, received_minor=minor)
        for (gig_id, day, code), minor in sorted(sums.items())
        if minor > 0 and gig_id in there
    ]
    GigReceipt.objects.bulk_create(rows, batch_size=_AT_ONCE)
    return len(rows)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _today(at: datetime) -> date:
    return at.astimezone(UTC).date()
