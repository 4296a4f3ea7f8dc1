"""What completed orders brought and how many a seller had: for jobs that keep it, outside of requests."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from orders.contracts import EarnedQuartiles

# As in ``finished``: orders that were disputed or divided, or that a bank took back, do not say what work brings.
_EARNED = """
WITH wanted AS (SELECT * FROM unnest(%(groups)s::bigint[], %(keys)s::varchar[]) AS row(group_id, key)),
done AS (
    SELECT wanted.group_id, o.currency, o.seller_id, o.price_minor
    FROM wanted
    JOIN orders_finishedorder f ON f.category = wanted.key AND f.ended_at >= %(since)s AND f.ended_at < %(until)s
    JOIN orders_order o ON o.id = f.order_id
    WHERE f.is_completed AND NOT f.was_disputed AND o.source_kind = %(source_kind)s
      AND o.kept_minor IS NULL AND o.charged_back_at IS NULL
),
prices AS (
    SELECT group_id, currency, count(*) AS orders,
           percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY price_minor) AS price
    FROM done GROUP BY group_id, currency
),
sellers AS (
    SELECT group_id, currency, count(*) AS sellers,
           percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY had) AS had
    FROM (SELECT group_id, currency, seller_id, count(*) AS had FROM done GROUP BY 1, 2, 3) each_seller
    GROUP BY group_id, currency
)
SELECT group_id, currency, orders, sellers, price, had
FROM prices JOIN sellers USING (group_id, currency) ORDER BY group_id, currency
"""


def earned_quartiles(
    *, source_kind: str, groups: Mapping[int, Collection[str]], since: datetime, until: datetime
) -> dict[int, list[EarnedQuartiles]]:
    """By group and currency: the orders whose category is one of the group's keys. One query.

    Groups in which nothing was completed are left out; a key may stand in several.
    """
    pairs = [(group, key) for group, keys in groups.items() for key in keys]
    given: dict[str, Any] = {
        "groups": [group for group, _key in pairs], "keys": [key for _group, key in pairs],
        "since": since, "until": until, "source_kind": source_kind,
    }  # fmt: skip
    found: dict[int, list[EarnedQuartiles]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_EARNED, given)
        for group, currency, orders, sellers, prices, had in cursor.fetchall():
            low, middle, high = (int(price) for price in prices)
            few, usual, many = (int(100 * number) for number in had)
            one = EarnedQuartiles(currency, orders, sellers, (low, middle, high), (few, usual, many))
            found.setdefault(group, []).append(one)
    return found
