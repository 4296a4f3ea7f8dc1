"""What goes on in each category, counted by tasks and kept in ``CategoryActivity``: pages count nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Min, Sum

from gigs.models import AttributeValue, Category, CategoryActivity, CategorySlug, Gig, GigValue
from gigs.states import GigState
from orders import api as orders

WINDOW = timedelta(days=30)
_WANTED = 12

Paths = dict[int, list[int]]


def count_gigs(at: datetime) -> int:
    """How many gigs there are to find and what they cost, with everything below. Four queries, one statement."""
    paths = _paths()
    found = Gig.objects.active().filter(is_private=False)
    rows = found.order_by().values_list("category_id", "currency").annotate(Count("pk"), Min("from_all_in_minor"))
    gigs: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    lowest: dict[int, dict[str, int]] = defaultdict(dict)
    for category_id, currency, number, price in rows:
        for pk in paths.get(category_id, ()):
            gigs[pk][currency] += number
            lowest[pk][currency] = min(price, lowest[pk].get(currency, price))
    wanted = _wanted(paths)
    kept = [
        CategoryActivity(
            category_id=pk,
            gigs_by_currency=gigs[pk],
            lowest_by_currency=lowest[pk],
            wanted_values=wanted.get(pk, []),
            gigs_counted_at=at,
        )
        for pk in paths
    ]
    _keep(kept, ["gigs_by_currency", "lowest_by_currency", "wanted_values", "gigs_counted_at"])
    return len(kept)


def count_orders(at: datetime) -> int:
    """What was finished in the last 30 days, with everything below and under every name. Three queries."""
    done = orders.activity(slugs_within(), at - WINDOW)
    kept = [
        CategoryActivity(
            category_id=pk,
            finished=done[pk].finished if pk in done else 0,
            median_minutes=done[pk].median_minutes if pk in done else None,
            median_by_currency=done[pk].median_price if pk in done else {},
            promised=done[pk].promised if pk in done else 0,
            on_time=done[pk].on_time if pk in done else 0,
            orders_counted_at=at,
        )
        for pk in _paths()
    ]
    names = ["finished", "median_minutes", "median_by_currency", "promised", "on_time", "orders_counted_at"]
    _keep(kept, names)
    return len(kept)


def _paths() -> Paths:
    return dict(Category.objects.values_list("pk", "path"))


def slugs_within() -> dict[int, list[str]]:
    """By category: every slug under which an order of it, or of one below, may have been finished."""
    own = Category.objects.values_list("path", "slug")
    former = CategorySlug.objects.values_list("category__path", "slug")
    keys: dict[int, list[str]] = defaultdict(list)
    for path, slug in [*own, *former]:
        for pk in path:
            keys[pk].append(slug)
    return keys


def _wanted(paths: Paths) -> dict[int, list[list[str]]]:
    """Attribute values of each category's gigs (both slugs and the name): most ordered first, then most common."""
    rows = GigValue.objects.filter(gig__state=GigState.ACTIVE, gig__is_private=False).order_by()
    counted = rows.values_list("gig__category_id", "value_id").annotate(Sum("gig__completed_orders"), Count("pk"))
    sums: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for category_id, value_id, done, number in counted:
        for pk in paths.get(category_id, ()):
            sums[pk][value_id][0] += done
            sums[pk][value_id][1] += number
    first = {pk: list(_first(values.items())) for pk, values in sums.items()}
    names = AttributeValue.objects.values_list("pk", "attribute__slug", "slug", "name")
    words = {pk: [attribute, value, name] for pk, attribute, value, name in names}
    return {pk: [words[value] for value in values if value in words] for pk, values in first.items()}


def _first(values: Iterable[tuple[int, list[int]]]) -> Iterator[int]:
    ordered = sorted(values, key=lambda pair: (-pair[1][0], -pair[1][1], pair[0]))
    return (value_id for value_id, _sums in ordered[:_WANTED])


@transaction.atomic
def _keep(rows: list[CategoryActivity], names: list[str]) -> None:
    there = set(Category.objects.select_for_update(no_key=True).values_list("pk", flat=True))
    CategoryActivity.objects.bulk_create(
        [row for row in rows if row.category_id in there],
        update_conflicts=True,
        unique_fields=["category"],
        update_fields=names,
    )
