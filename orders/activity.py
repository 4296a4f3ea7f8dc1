"""What was finished lately, by the keys that sources told for it. For tasks: pages show what these have kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import connection

from orders.contracts import Activity

# Reads the index of each key from ``since`` on, nothing older. The row without a currency is of all of them.
_COUNT = """
WITH wanted AS (SELECT * FROM unnest(%s::bigint[], %s::varchar[]) AS row(group_id, key))
SELECT wanted.group_id, placed.currency,
    count(*) FILTER (WHERE done.is_completed),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM placed.delivered_at - placed.started_at) / 60)
        FILTER (WHERE done.is_completed AND placed.delivered_at > placed.started_at),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY placed.price_minor + placed.buyer_fee_minor)
        FILTER (WHERE done.is_completed),
    count(*) FILTER (WHERE done.was_promised),
    count(*) FILTER (WHERE done.was_on_time)
FROM wanted
JOIN orders_finishedorder done ON done.category = wanted.key AND done.ended_at > %s
JOIN orders_order placed ON placed.id = done.order_id
GROUP BY GROUPING SETS ((wanted.group_id), (wanted.group_id, placed.currency))
"""


def activity(groups: Mapping[int, Collection[str]], since: datetime) -> dict[int, Activity]:
    """By group: the orders whose category is one of its keys and that ended after ``since``. One query.

    Groups in which nothing ended are left out; a key may stand in several.
    """
    pairs = [(group, key) for group, keys in groups.items() for key in keys]
    columns = [group for group, _key in pairs], [key for _group, key in pairs]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [*columns, since])
        rows = cursor.fetchall()
    prices: dict[int, dict[str, int]] = {}
    for group, currency, _finished, _minutes, price, *_rest in rows:
        if currency and price is not None:
            prices.setdefault(group, {})[currency] = int(price)
    return {
        group: Activity(finished, None if minutes is None else int(minutes), prices.get(group, {}), promised, on_time)
        for group, currency, finished, minutes, _price, promised, on_time in rows
        if not currency
    }
