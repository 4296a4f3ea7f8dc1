"""What things brought their sellers: for programs that count by thing and day, outside of requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from orders.contracts import SourceReceipt
from orders.models import Order
from orders.owner import order_of
from payments import api as payments
from payments.contracts import Received

_AT_ONCE = 1_000


def receipts(source_kind: str, since: datetime, until: datetime) -> Iterator[SourceReceipt]:
    """Each payment of a thing of this kind of which a share became its seller's within the span: orders, further
    steps, extras and tips.
    """
    rows = iter(payments.received(since, until))
    while part := list(islice(rows, _AT_ONCE)):
        yield from _of_sources(source_kind, part)


def _of_sources(source_kind: str, rows: Iterable[Received]) -> Iterator[SourceReceipt]:
    by_order = [(order_id, row) for row in rows if (order_id := order_of(row.reference))]
    wanted = {order_id for order_id, _row in by_order}
    refs = dict(Order.objects.filter(pk__in=wanted, source_kind=source_kind).values_list("pk", "source_ref"))
    for order_id, row in by_order:
        if order_id in refs:
            yield SourceReceipt(refs[order_id], row.amount, row.at)
