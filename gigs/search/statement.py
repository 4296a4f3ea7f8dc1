"""The statements of a search: what matches best, and what could be chosen from. Bounded whatever is asked.

A search looks through the best standing first (``labels.Tier``) and stops where it has found enough; what it counts, it
counts among the best ``CAP`` matches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection

from gigs import ranking
from gigs.search import tiers
from gigs.search.conditions import Conditions
from gigs.search.labels import FACETS, LAST, PARTS, TURNS, Kind, Tier, kind_of, label

CAP = 1_000
_WEIGHTS = "'{" + ",".join(map(str, ranking.WEIGHTS)) + "}'"
_NARROW = Tier.THIRD  # a tenth
_MARGIN = 1.3  # so many times CAP have to be expected where a search looks for them


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the best standing that match, with what its score is made of."""

    id: int
    standing: int
    price_fit: int
    is_open: bool
    rank: float
    has_words: bool

    @property
    def factors(self) -> ranking.Factors:
        return ranking.Factors(
            match=ranking.match_of(self.rank) if self.has_words else 1.0,
            standing=self.standing / 1000,
            price_fit=self.price_fit / 100,
            availability=ranking.OPEN if self.is_open else ranking.FULL,
        )


@dataclass(slots=True)
class Found:
    """``counts``: by label, among at most CAP matches. ``is_whole``: no match was left out of them. ``tier``: the last
    that was looked through.
    """

    count: int = 0
    candidates: list[Candidate] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)
    here: int = 0  # of these matches, by sellers who are here now
    is_whole: bool = True
    tier: Tier = Tier.REST


class TooBroad(Exception):
    """The database was not done in time."""


def find(conditions: Conditions, slot: int, new: int) -> Found:
    """Counts, the best candidates and so many new sellers whose turn it is. Two statements, seldom three.

    What is in the first tier tells how far down CAP of them will be found.
    """
    if tiers.is_small():
        return _find(conditions, Tier.REST, slot, new)
    found = _find(conditions, Tier.FIRST, slot, new, least=CAP)
    if found.count < CAP and (tier := _expected(found.count)):
        found = _find(conditions, tier, slot, new, least=CAP)
    return found if found.count >= CAP else _find(conditions, Tier.REST, slot, new)


def _expected(in_first: int) -> Tier | None:
    """The tier down to which there should be more than CAP; none but the last has so many: None."""
    wanted = _MARGIN * CAP * PARTS[Tier.FIRST]
    return next((tier for tier, part in PARTS.items() if in_first * part >= wanted), None)


def find_narrowly(conditions: Conditions, slot: int, new: int) -> Found:
    """Only among the best standing: where the whole takes too long."""
    return _find(conditions, _NARROW, slot, new)


_FIND = """
WITH found AS MATERIALIZED (
    SELECT gig_id, seller_id, standing, price_fit, is_open, labels, ctid AS place FROM gigs_searchentry
    WHERE {where} ORDER BY {standing} DESC, gig_id DESC LIMIT {cap}
), counted AS MATERIALIZED (
    SELECT count(*) AS number FROM found
), best AS (
    SELECT * FROM found WHERE {enough} ORDER BY standing DESC, gig_id DESC LIMIT {candidates}
)
SELECT 1, best.gig_id, best.standing, best.price_fit, best.is_open::int, {rank} FROM best {joined}
UNION ALL SELECT 2, one, count(*), 0, 0, 0
    FROM (SELECT unnest(labels) AS one FROM found WHERE {enough}) AS each WHERE {counted} GROUP BY one
UNION ALL SELECT 3, number, 0, 0, 0, 0 FROM counted
UNION ALL SELECT 5, count(*), 0, 0, 0, 0 FROM found WHERE {enough} AND seller_id = ANY(%(here)s)
UNION ALL (SELECT 4, gig_id, 0, 0, 0, 0 FROM ({new}) AS new WHERE {is_cut} LIMIT {most_new}){of_found}
"""
# Where more has to be looked through, nothing but their number is worth the work.
_ENOUGH = "(SELECT number FROM counted) >= {}"
# Where no match was left out of what was found, new sellers are among it.
_OF_FOUND = """
UNION ALL (SELECT 4, gig_id, 0, 0, 0, 0 FROM found WHERE NOT {is_cut} AND labels @> '{{{new}}}'
    ORDER BY {order} LIMIT {most_new})
"""
# Those whose turn it is; where few match, the ones that come next. Among them, chance decides anew each time.
_TURN = """
(SELECT gig_id FROM gigs_searchentry WHERE {turn} ORDER BY {chance} LIMIT {most})
UNION ALL
(SELECT gig_id FROM gigs_searchentry WHERE {soon} ORDER BY {wait}, gig_id LIMIT {most})
UNION ALL
(SELECT gig_id FROM gigs_searchentry WHERE {all_new} ORDER BY {wait}, gig_id LIMIT {most})
"""
_CHANCE = "hashint8extended(gig_id, {slot})"
_WAIT = "mod(mod(gig_id * 2654435761, 4294967296) * {turns} / 4294967296 - {now} + {turns}, {turns})"
_SOON = 8  # turns
# Of a small catalogue, all of them each time.
_ANY_TURN = "SELECT gig_id FROM gigs_searchentry WHERE {all_new} ORDER BY {chance} LIMIT {most}"


def _find(conditions: Conditions, tier: Tier, slot: int, most_new: int, *, least: int = 0) -> Found:
    """Down to the end of ``tier``. ``least``: with fewer, only how many there are."""
    where, given = conditions.sql(down_to=tier)
    new, more, order = _of_new(conditions, slot, most_new)
    is_cut = _ENOUGH.format(CAP)
    of_found = _OF_FOUND.format(is_cut=is_cut, new=label(Kind.LEVEL, 0), order=order, most_new=most_new)
    statement = _FIND.format(
        where=where,
        cap=CAP,
        # The planner takes many matches for granted, and would read down from the best until it has found them.
        standing="standing + 0" if conditions.question else "standing",
        candidates=ranking.CANDIDATES,
        rank=f"ts_rank({_WEIGHTS}, entry.doc, %(question)s::tsquery)" if conditions.question else "0",
        joined="JOIN gigs_searchentry AS entry ON entry.ctid = best.place" if conditions.question else "",
        new=new,
        most_new=most_new,
        enough=_ENOUGH.format(least),
        is_cut=is_cut,
        of_found=of_found if tier == Tier.REST else "",
        counted=_of_kinds(FACETS[0], FACETS[-1]),
    )
    result = Found(tier=tier)
    for kind, one, first, second, third, rank in run(statement, given | more | {"here": list(conditions.here)}):
        if kind == 1:
            result.candidates.append(Candidate(one, first, second, bool(third), rank, bool(conditions.question)))
        elif kind == 2:
            result.counts[one] = first
        elif kind == 3:
            result.count = one
        elif kind == 5:
            result.here = one
        elif one not in result.new:
            result.new.append(one)
    result.is_whole = tier == Tier.REST and result.count < CAP
    return result


def _of_new(conditions: Conditions, slot: int, most: int) -> tuple[str, dict[str, Any], str]:
    """Ids of new sellers' gigs, the values of that, and what orders those among rows at hand."""
    now = turn_at(slot)
    # One label for all turns: those who have one are of the level that is new.
    turn, soon, every = (label(Kind.TURN, now),), _turns_after(now), (label(Kind.LEVEL, 0),)
    parts: dict[str, str] = {}
    given: dict[str, Any] = {}
    for name, labels, of_few in (("turn", turn, True), ("soon", soon, False), ("all_new", every, False)):
        parts[name], values = _named(name, *conditions.sql(more=labels, of_few=of_few))
        given |= values
    wait, chance = _WAIT.format(turns=TURNS, now=now), _CHANCE.format(slot=slot)
    is_small = tiers.is_small()
    scan = (_ANY_TURN if is_small else _TURN).format(**parts, wait=wait, chance=chance, most=most)
    return scan, given, chance if is_small else f"{wait}, {chance}"


def _turns_after(now: int) -> tuple[int, ...]:
    return tuple(label(Kind.TURN, (now + later) % TURNS) for later in range(1, _SOON))


def turn_at(slot: int) -> int:
    """Steps that meet every turn once, and never at the same hour of two days."""
    return slot * 25 % TURNS


def others(conditions: Conditions, facets: Sequence[str], tier: Tier) -> dict[str, dict[int, int]]:
    """By facet: counts by label as if nothing were chosen of it, among CAP matches of the best standing if there are so
    many: of the tiers that the search looked through, or of the best tenth.

    ``tier``: down to which CAP of them have all that is chosen, so that as many lack nothing but the facet. One
    statement.
    """
    parts: list[str] = []
    given: dict[str, Any] = {}
    is_known = tier != Tier.REST
    for number, facet in enumerate(facets):
        top, more = _named(f"top_{number}", *conditions.sql(but=facet, down_to=tier if is_known else _NARROW))
        where, values = ("", {}) if is_known else _named(f"all_{number}", *conditions.sql(but=facet))
        given |= more | values
        rows = (_TOP if is_known else _TOP_OR_ALL).format(top=top, where=where, cap=CAP)
        kind = kind_of(conditions.chosen[facet][0])
        parts.append(_COUNTED.format(number=number, rows=rows, counted=_of_kinds(kind, kind)))
    found: dict[str, dict[int, int]] = {facet: {} for facet in facets}
    for number, one, count in run(" UNION ALL ".join(parts), given) if parts else []:
        found[facets[number]][one] = count
    return found


_TOP = "SELECT labels FROM gigs_searchentry WHERE {top} LIMIT {cap}"
_TOP_OR_ALL = """
WITH top AS MATERIALIZED (
    SELECT labels FROM gigs_searchentry WHERE {top} LIMIT {cap}
)
SELECT labels FROM top WHERE (SELECT count(*) FROM top) >= {cap}
UNION ALL
(SELECT labels FROM gigs_searchentry WHERE {where} AND (SELECT count(*) FROM top) < {cap} LIMIT {cap})
"""
_COUNTED = """(
    WITH found AS MATERIALIZED ({rows})
    SELECT {number}, one, count(*) FROM (SELECT unnest(labels) AS one FROM found) AS each WHERE {counted} GROUP BY one
)"""


def _of_kinds(first: Kind, last: Kind) -> str:
    """What nobody shows is not counted: it is more than a third of the labels."""
    return f"one BETWEEN {label(first, 0)} AND {label(last, LAST)}"


def _named(name: str, where: str, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The same conditions with values of their own, beside others in one statement."""
    for key in given:
        where = where.replace(f"%({key})s", f"%({name}_{key})s")
    return where, {f"{name}_{key}": value for key, value in given.items()}


@dataclass(frozen=True, slots=True)
class Order:
    """Columns from most to least important, all rising or all falling, so that one index can follow."""

    columns: tuple[str, ...]
    kinds: tuple[type, ...]
    falls: bool = False


PLAIN = {
    "rating": Order(("rating", "review_count", "gig_id"), (int, int, int), falls=True),
    "price": Order(("lowest_minor", "gig_id"), (int, int)),
    "fastest": Order(("fastest_minutes", "gig_id"), (int, int)),
    "newest": Order(("published_at", "gig_id"), (datetime, int), falls=True),
}


def page(conditions: Conditions, name: str, start: Sequence[Any] | None, size: int) -> list[tuple[Any, ...]]:
    """The sort's values of so many entries behind ``start``; the last is the id. One statement."""
    order = PLAIN[name]
    where, given = conditions.sql()
    columns = [_column(column, conditions) for column in order.columns]
    if start is not None:
        values = ", ".join(f"%(start_{number})s" for number in range(len(columns)))
        where += f" AND ({', '.join(columns)}) {'<' if order.falls else '>'} ({values})"
        given |= {f"start_{number}": value for number, value in enumerate(start)}
    way = " DESC" if order.falls else ""
    ordered = ", ".join(f"{sql}{way}" for sql in columns)
    statement = f"SELECT {', '.join(columns)} FROM gigs_searchentry WHERE {where} ORDER BY {ordered} LIMIT {size}"  # noqa: S608
    return run(statement, given)


def deep_page(conditions: Conditions, tier: int, start: tuple[int, int], size: int) -> list[tuple[int, int, int]]:
    """(tier, standing, id) of entries behind one in the order of tiers and standing. One statement.

    Each tier is read only where those before it hold too little.
    """
    parts, given = [], {"standing": start[0], "id": start[1]}
    for each in [one for one in Tier if one >= tier]:
        where, values = _named(f"tier_{int(each)}", *conditions.sql(more=(label(Kind.TIER, each),)))
        given |= values
        parts.append(
            f"(SELECT {int(each)}, standing, gig_id FROM gigs_searchentry "  # noqa: S608
            f"WHERE {where} AND (standing, gig_id) < (%(standing)s, %(id)s) "
            f"ORDER BY standing DESC, gig_id DESC LIMIT {size})"
        )
    return run(f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS following LIMIT {size}", given)  # noqa: S608


def _column(name: str, conditions: Conditions) -> str:
    """Where only some packages answer, theirs is the price and the time that sorts."""
    of_package = {"lowest_minor": "min(price)", "fastest_minutes": "min(promise)"}.get(name)
    if not (conditions.package and of_package):
        return name
    wanted = conditions.package.format(price="price", promise="promise")
    return f"(SELECT {of_package} FROM unnest(prices, minutes) AS package (price, promise) WHERE {wanted})"  # noqa: S608


# The planner hopes to find LIMIT rows soon, wherever it begins to read the table: an index knows where they are. And it
# would start workers, or a compiler, for what is done before they have come.
_BOUNDS = (
    "SET LOCAL statement_timeout = {}; SET LOCAL enable_seqscan = off; SET LOCAL max_parallel_workers_per_gather = 0; "
    "SET LOCAL jit = off; "
)


def run(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Within the time that a search may take. Raises TooBroad."""
    # In a transaction of somebody else's they would outlive this statement.
    bounded = _BOUNDS.format(settings.SEARCH_MILLISECONDS) if not connection.in_atomic_block else ""
    try:
        with connection.cursor() as cursor:
            cursor.execute(bounded + statement, given)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != "57014":  # query_canceled
            raise
        raise TooBroad from error
