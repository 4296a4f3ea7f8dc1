"""Keeping what a search reads in step with the gigs. Triggers note what changed; ``refresh`` writes it anew."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from accounts import api as accounts
from accounts.contracts import Person
from gigs import limits, ranking
from gigs.languages import CONFIGS
from gigs.models import Category, Gig, GigValue, Package, SearchChange, SearchEntry
from gigs.search import memory, past, tiers, words
from gigs.search.labels import AI_USES, RATINGS, TURNS, WITHIN, Kind, coded, label, price_band
from marketplace.kernel import currencies
from orders import api as orders
from orders.contracts import Reputation

AT_ONCE = 200
_LEVELS = list(orders.Level)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Around:
    """What a batch of gigs needs to know beside itself."""

    people: Mapping[int, Person]
    records: Mapping[int, Reputation]
    lines: Mapping[int, list[Category]]  # by category: it and those above it
    values: Mapping[int, list[tuple[int, str]]]  # id and name of each, by gig
    bounds: tiers.Bounds
    at: datetime


def refresh(gig_ids: Iterable[int], at: datetime) -> None:
    """Brings the entries of these gigs in step with them, as part of the caller's transaction if there is one."""
    ids = sorted(set(gig_ids))
    with transaction.atomic(savepoint=False):
        # Notes are locked by whoever changes a gig until the commit: what is read after this is at least as new.
        SearchChange.objects.filter(gig_id__in=ids).delete()
        _write(ids, at)


def refresh_changed(at: datetime, *, limit: int = AT_ONCE) -> int:
    """The same for what triggers have noted since; several at once share the work. Returns how many."""
    with transaction.atomic():
        waiting = SearchChange.objects.select_for_update(skip_locked=True).order_by("gig_id")[:limit]
        ids = [change.gig_id for change in waiting]
        if ids:
            SearchChange.objects.filter(gig_id__in=ids).delete()
            _write(ids, at)
    return len(ids)


def refresh_oldest(at: datetime, *, limit: int) -> int:
    """Those that have not been written for a day: freshness, records and prices around them move without the gig."""
    old = SearchEntry.objects.filter(written_at__lt=at - _DAY).order_by("written_at")
    ids = list(old.values_list("pk", flat=True)[:limit])
    for start in range(0, len(ids), AT_ONCE):
        refresh(ids[start : start + AT_ONCE], at)
    return len(ids)


_SOME = """
SELECT id FROM gigs_gig TABLESAMPLE SYSTEM (
    (SELECT least(100, 120.0 * %(count)s / greatest(reltuples, 1)) FROM pg_class WHERE oid = 'gigs_gig'::regclass)
) LIMIT %(count)s
"""


def sampled_standings(at: datetime, count: int) -> list[int]:
    """Of about so many gigs that can be found, wherever they lie."""
    with connection.cursor() as cursor:
        cursor.execute(_SOME, {"count": count})
        ids = [row[0] for row in cursor.fetchall()]
    found: list[int] = []
    for start in range(0, len(ids), AT_ONCE):
        gigs = _findable(ids[start : start + AT_ONCE])
        records = orders.reputation({gig.seller_id for gig in gigs})
        found += [ranking.standing_of(ranking_record(gig, records[gig.seller_id]), at).thousandths for gig in gigs]
    return found


def _findable(ids: Sequence[int]) -> list[Gig]:
    found = Gig.objects.filter(pk__in=ids).select_related("category").order_by("pk").defer(*_UNREAD)
    settled = currencies.settled()
    return [gig for gig in found if gig.is_active and not gig.is_private and gig.currency in settled]


_UNREAD = ("questions", "checklist", "faq", "quantity_discounts", "ai_note")


def _write(ids: Sequence[int], at: datetime) -> None:
    # Now for whoever reads in this transaction, and once others can see it: one who read before must not be kept.
    memory.begin_edition()
    transaction.on_commit(memory.begin_edition)
    findable = _findable(ids)
    SearchEntry.objects.filter(pk__in=set(ids) - {gig.pk for gig in findable}).delete()
    if not findable:
        return
    around = _around(findable, at)
    packages = _packages(findable)
    rows = [_row(gig, packages.get(gig.pk, []), around) for gig in findable]
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, {name: [row[name] for row in rows] for name in _COLUMNS} | {"at": at})
    words.learn({gig.pk: (gig.title, *gig.tags) for gig in findable}, {row["config"] for row in rows})


_COLUMNS = {
    "gig_id": "bigint", "seller_id": "bigint", "stamp": "bigint", "currency": "text", "prices": "text",
    "minutes": "text", "lowest_minor": "bigint", "fastest_minutes": "int", "hours": "jsonb", "is_open": "bool",
    "standing": "smallint", "price_fit": "smallint", "rating": "smallint", "review_count": "int",
    "published_at": "timestamptz", "week_day": "date", "week_parts": "text", "labels": "text", "config": "text",
    "title": "text", "tags": "text", "more": "text", "description": "text",
}  # fmt: skip
_ROWS = ", ".join(f"%({name})s::{kind}[]" for name, kind in _COLUMNS.items())
_PLAIN = [
    name
    for name in _COLUMNS
    if name not in {"prices", "minutes", "labels", "week_parts", "config", "title", "tags", "more", "description"}
]
_ARRAYS = {"prices": "bigint[]", "minutes": "int[]", "labels": "int[]", "week_parts": "smallint[]"}
_DOC = " || ".join(
    f"setweight(to_tsvector(config::regconfig, unaccent({part})), '{weight}')"
    for part, weight in {"title": "A", "tags": "B", "more": "C", "description": "D"}.items()
)
_WRITTEN = [*_PLAIN, *_ARRAYS, "doc", "written_at"]
_UPDATED = {name: f"excluded.{name}" for name in _WRITTEN if name != "gig_id"} | past.KEPT
_UPSERT = f"""
INSERT INTO gigs_searchentry ({", ".join(_WRITTEN)})
SELECT {", ".join(_PLAIN)}, {", ".join(f"{name}::{kind}" for name, kind in _ARRAYS.items())}, {_DOC}, %(at)s
FROM unnest({_ROWS}) AS row ({", ".join(_COLUMNS)})
ORDER BY gig_id
ON CONFLICT (gig_id) DO UPDATE SET {", ".join(f"{name} = {value}" for name, value in _UPDATED.items())}
"""  # noqa: S608 - made of the names above


def _around(gigs: Sequence[Gig], at: datetime) -> _Around:
    sellers = {gig.seller_id for gig in gigs}
    categories = Category.objects.in_bulk({pk for gig in gigs for pk in gig.category.path})
    rows = GigValue.objects.filter(gig__in=gigs).values_list("gig_id", "value_id", "value__name")
    values: dict[int, list[tuple[int, str]]] = {}
    for gig_id, pk, name in rows:
        values.setdefault(gig_id, []).append((pk, name))
    return _Around(
        people=accounts.people(sellers),
        records=orders.reputation(sellers),
        lines={gig.category_id: [categories[pk] for pk in reversed(gig.category.path)] for gig in gigs},
        values=values,
        bounds=tiers.bounds(),
        at=at,
    )


def _packages(gigs: Sequence[Gig]) -> dict[int, list[tuple[int, int]]]:
    """All-in price and minutes of each package, by gig."""
    found: dict[int, list[tuple[int, int]]] = {}
    rows = Package.objects.filter(gig__in=gigs).order_by("gig_id", "position")
    for gig_id, price, minutes in rows.values_list("gig_id", "all_in_minor", "promised_minutes"):
        found.setdefault(gig_id, []).append((price, minutes))
    return found


def _row(gig: Gig, packages: Sequence[tuple[int, int]], around: _Around) -> dict[str, Any]:
    record, line = around.records[gig.seller_id], around.lines[gig.category_id]
    values = around.values.get(gig.pk, [])
    prices, minutes = [price for price, _ in packages], [minute for _, minute in packages]
    parts = ranking.standing_of(ranking_record(gig, record), around.at)
    standing, is_open = parts.thousandths, _is_open(gig, around.at)
    price_fit = round(_price_fit(gig, line, min(prices)), 2)  # a hundredth is what "Why here?" says
    rating = ranking.rating_of(_stars(gig), gig.review_count)
    country = around.people[gig.seller_id].country
    return {
        "gig_id": gig.pk,
        "seller_id": gig.seller_id,
        "stamp": int(around.at.timestamp() * 1_000_000),
        "currency": gig.currency,
        "prices": _array(prices),
        "minutes": _array(minutes),
        "lowest_minor": min(prices),
        "fastest_minutes": min(minutes),
        "hours": json.dumps(gig.hours) if gig.hours and min(minutes) < limits.ORDER_HOURS_BELOW_MINUTES else None,
        "is_open": is_open,
        "standing": standing,
        "price_fit": round(100 * price_fit),
        "rating": round(100 * rating),
        "review_count": gig.review_count,
        "published_at": gig.published_at,
        **past.columns(past.parts_of(parts, price_fit, is_open=is_open), around.at),
        "labels": _array(
            [
                *_labels(gig, line, values, country, record, standing, rating, min(minutes), around.bounds),
                *sorted({label(Kind.PRICE, price_band(price)) for price in prices}),
            ]
        ),
        "config": CONFIGS.get(gig.language, "simple"),
        "title": gig.title,
        "tags": " ".join(gig.tags),
        "more": " ".join([category.name for category in line] + [name for _pk, name in values]),
        "description": gig.description_text,
    }


def _labels(
    gig: Gig,
    line: Sequence[Category],
    values: Sequence[tuple[int, str]],
    country: str,
    record: Reputation,
    standing: int,
    rating: float,
    fastest: int,
    bounds: tiers.Bounds,
) -> list[int]:
    level = orders.level_of(record)
    found = [label(Kind.TIER, tiers.tier_of(standing, bounds)), coded(Kind.CURRENCY, gig.currency)]
    found += [label(Kind.CATEGORY, category.pk) for category in line]
    found += [label(Kind.VALUE, pk) for pk, _name in values]
    found += [coded(Kind.LANGUAGE, code) for code in gig.languages or [gig.language]]
    found += [label(Kind.RATING, tenths) for tenths in RATINGS if gig.review_count and round(10 * rating) >= tenths]
    found += [label(Kind.WITHIN, minutes) for minutes in WITHIN if fastest <= minutes]
    found += [label(Kind.LEVEL, _LEVELS.index(level))]
    if country:
        found.append(coded(Kind.COUNTRY, country))
    if gig.ai_use in AI_USES[1:]:
        found.append(label(Kind.AI, AI_USES.index(gig.ai_use)))
    if level == orders.Level.NEW:
        found.append(label(Kind.TURN, turn_of(gig.pk)))
    return found


def turn_of(gig_id: int) -> int:
    """Spread evenly, and the same for a gig each time."""
    return gig_id * 2_654_435_761 % 2**32 * TURNS // 2**32


def ranking_record(gig: Gig, record: Reputation) -> ranking.Record:
    """What a gig's standing is made of."""
    recent = record.recent
    return ranking.Record(
        stars_total=_stars(gig),
        review_count=gig.review_count,
        orders=recent.orders,
        completed=recent.completed,
        promised=recent.promised,
        on_time=recent.on_time,
        buyers=recent.buyers,
        repeat_buyers=recent.repeat_buyers,
        last_at=max(filter(None, (gig.published_at, gig.last_ordered_at)), default=None),
    )


def _stars(gig: Gig) -> int:
    return sum(number * count for number, count in enumerate(gig.stars, 1))


def _is_open(gig: Gig, at: datetime) -> bool:
    is_full = gig.queue_limit is not None and gig.active_orders >= gig.queue_limit
    return not is_full and not (gig.away_until and gig.away_until > at)


def _price_fit(gig: Gig, line: Sequence[Category], price_minor: int) -> float:
    return ranking.price_fit_of(price_minor, *usual_prices(line, gig.currency))


def usual_prices(line: Sequence[Category], currency: str) -> tuple[int, int]:
    """Of a category, or of the nearest of those above it that says so; zeros where none does."""
    usual = next((category for category in line if category.usual_high_minor), line[0])
    low, high = (currencies.sized(each, currency) for each in (usual.usual_low_minor, usual.usual_high_minor))
    return low or 0, high or 0


def _array(numbers: Iterable[int]) -> str:
    """As PostgreSQL writes it: arrays within an array would have to be of one length."""
    return "{" + ",".join(map(str, numbers)) + "}"
