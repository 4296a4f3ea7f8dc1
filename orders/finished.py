"""What completed orders say of prices: reads for those who sell, bounded whatever a category holds.

A price is that of one piece, before fees: the first line of the terms, in which a source says what was chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from marketplace.kernel.money import payable_step
from orders.contracts import PriceQuartiles, Streak

MOST_ORDERS = 5_000  # the latest of a category
_AMONG = 50  # the latest of a thing, among which those at a price are looked for

# Orders that were disputed or divided, or that a bank took back, say what went wrong and not what work costs.
_QUARTILES = """
WITH latest AS (
    SELECT o.currency, o.seller_id, (o.terms_json #>> '{lines,0,unit_minor}')::bigint AS price,
           (o.terms_json ->> 'promised_minutes')::int / (o.terms_json #>> '{lines,0,quantity}')::int AS minutes
    FROM orders_finishedorder f JOIN orders_order o ON o.id = f.order_id
    WHERE f.category = ANY(%(categories)s) AND f.is_completed AND NOT f.was_disputed
      AND f.ended_at >= %(since)s AND f.ended_at < %(until)s AND o.source_kind = %(source_kind)s
      AND o.kept_minor IS NULL AND o.charged_back_at IS NULL
    ORDER BY f.ended_at DESC LIMIT %(most)s
)
SELECT currency, width_bucket(minutes, %(bounds)s::int[]) AS size, count(*), count(DISTINCT seller_id),
       percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY price)
FROM latest GROUP BY currency, size ORDER BY currency, size
"""

_STREAKS = """
SELECT wanted.ref, wanted.price, count(*), coalesce(sum(good.stars), 0),
       coalesce(bool_and(good.was_on_time AND NOT good.was_disputed), false)
FROM unnest(%(refs)s::text[], %(codes)s::text[], %(prices)s::bigint[]) AS wanted(ref, currency, price)
CROSS JOIN LATERAL (
    SELECT r.stars, f.was_on_time, f.was_disputed
    FROM (
        SELECT o.id, o.closed_at, o.terms_json FROM orders_order o
        WHERE o.source_kind = %(source_kind)s AND o.source_ref = wanted.ref AND o.state = 'completed'
          AND o.currency = wanted.currency
        ORDER BY o.closed_at DESC LIMIT %(among)s
    ) recent
    JOIN orders_finishedorder f ON f.order_id = recent.id
    JOIN orders_review r ON r.order_id = recent.id AND r.role = 'buyer'
     AND r.revealed_at IS NOT NULL AND r.removed_at IS NULL
    WHERE (recent.terms_json #>> '{lines,0,unit_minor}')::bigint = wanted.price
    ORDER BY recent.closed_at DESC LIMIT %(count)s
) good
GROUP BY wanted.ref, wanted.price
"""


def price_quartiles(
    *, source_kind: str, categories: Sequence[str], since: datetime, until: datetime, longest_minutes: Sequence[int]
) -> list[PriceQuartiles]:
    """By currency and size, of the latest MOST_ORDERS of a category, by all names that it had; one query.

    ``longest_minutes``, rising: the longest promise for one piece of each size but the last. Quartiles as
    ``percentile_cont`` finds them, rounded half up to what can be paid.
    """
    given = {
        "categories": list(categories), "since": since, "until": until, "source_kind": source_kind, "most": MOST_ORDERS,
        "bounds": [longest + 1 for longest in longest_minutes],
    }  # fmt: skip
    return [
        PriceQuartiles(code, size, orders, sellers, *(_payable(value, code) for value in quartiles))
        for code, size, orders, sellers, quartiles in _rows(_QUARTILES, given)
    ]


def latest_at_price(
    source_kind: str, wanted: Sequence[tuple[str, str, int]], *, count: int
) -> dict[tuple[str, int], Streak]:
    """For things by (reference, currency, price of one): the latest ``count`` completed orders with a public review of
    the buyer, by reference and price. Things without any are left out. One query.
    """
    refs, codes, prices = zip(*wanted, strict=True) if wanted else ((), (), ())
    given = {
        "refs": list(refs), "codes": list(codes), "prices": list(prices), "source_kind": source_kind,
        "among": _AMONG, "count": count,
    }  # fmt: skip
    return {(ref, price): Streak(orders, stars, good) for ref, price, orders, stars, good in _rows(_STREAKS, given)}


def _rows(sql: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def _payable(value: float, currency: str) -> int:
    """Quarters of whole numbers are exact in a float."""
    step = payable_step(currency)
    return int((value + step / 2) // step) * step
