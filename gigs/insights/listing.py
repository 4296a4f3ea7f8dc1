"""A seller's gigs with their figures and their place, the most opened first, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from gigs import ranking
from gigs.insights.figures import Insight, totals_of
from gigs.insights.periods import Period
from gigs.models import Gig, GigDay, GigRank, SearchEntry
from gigs.search.entries import ranking_record
from gigs.selectors import cursor
from gigs.selectors.place import Move, moves_of
from gigs.selectors.why import Factor, parts_of
from orders import api as orders

PAGE = 20
_SORT = "views"
_LEAST_LEAD = 0.002  # of a standing: less is not worth a line
# How much each part of the standing weighs, in the order of ``parts_of``.
_WEIGHTS = (ranking.RATING, ranking.ON_TIME, ranking.COMPLETION, ranking.REPEAT, ranking.FRESHNESS)


@dataclass(frozen=True, slots=True)
class Rank:
    """As of the last count: ``rank`` of ``among`` in the gig's own category and currency, without search words."""

    rank: int
    among: int


@dataclass(frozen=True, slots=True)
class Reasons:
    """What explains a place best: what is better than an ordinary seller's, what costs most, what would help most."""

    helps: Factor | None
    costs: Factor
    move: Move | None


@dataclass(frozen=True, slots=True)
class Row:
    gig: Gig
    insight: Insight
    rank: Rank | None
    reasons: Reasons | None  # None where nobody can find it


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Row]
    next_cursor: str


def gigs_page(seller_id: int, period: Period, at: datetime, after: str = "") -> Page:
    """Gigs that were published once. Six queries, whatever there is."""
    found = list(_behind(_gigs(seller_id, period), after)[: PAGE + 1])
    shown = found[:PAGE]
    ids = [gig.pk for gig in shown]
    totals, places, why = totals_of(ids, period), ranks_of(ids), reasons_of(seller_id, ids, at)
    rows = [Row(gig, totals.get(gig.pk, Insight()), places.get(gig.pk), why.get(gig.pk)) for gig in shown]
    if len(found) <= PAGE:
        return Page(rows, "")
    last = shown[-1]
    return Page(rows, cursor.encode(_SORT, [getattr(last, _SORT), last.pk]))


def ranks_of(gig_ids: Sequence[int]) -> dict[int, Rank]:
    """One query."""
    return {row.pk: Rank(row.rank, row.among) for row in GigRank.objects.filter(pk__in=gig_ids)}


def reasons_of(seller_id: int, gig_ids: Sequence[int], at: datetime) -> dict[int, Reasons]:
    """Of one seller's gigs that can be found. Two queries."""
    entries = SearchEntry.objects.filter(pk__in=gig_ids).select_related("gig__category__parent__parent")
    record = orders.reputation([seller_id])[seller_id]
    return {entry.pk: _reasons(entry, ranking_record(entry.gig, record), at) for entry in entries}


def _reasons(entry: SearchEntry, record: ranking.Record, at: datetime) -> Reasons:
    """A part that helps is not named as what costs, too."""
    parts, usual = parts_of(entry.gig, record, at), astuple(ranking.standing_of(ranking.Record(last_at=at), at))
    weighed = list(zip(_WEIGHTS, parts, usual, strict=True))
    ahead = [(weight * (part.value - ordinary), part) for weight, part, ordinary in weighed]
    most, best = max(ahead, key=lambda pair: pair[0])
    helps = best if most >= _LEAST_LEAD else None
    costs = max((weight * (1 - part.value), place) for place, (weight, part, _) in enumerate(weighed) if part != helps)
    move = next((move for move in moves_of(record, entry, at) if move.percent > 0), None)
    return Reasons(helps=helps, costs=parts[costs[1]], move=move)


def _gigs(seller_id: int, period: Period) -> QuerySet[Gig]:
    days = GigDay.objects.filter(gig=OuterRef("pk"), day__range=(period.first, period.last)).order_by()
    views = days.values("gig").annotate(sum=Sum("views")).values("sum")
    gigs = Gig.objects.of_seller(seller_id).exclude(published_at=None).select_related("category")
    return gigs.defer("description").annotate(views=Coalesce(Subquery(views), 0)).order_by(F("views").desc(), "-pk")


def _behind(gigs: QuerySet[Gig], after: str) -> QuerySet[Gig]:
    start = cursor.decode(after, _SORT, (int, int))
    if start is None:
        return gigs
    views, pk = start
    return gigs.filter(Q(views__lt=views) | Q(views=views, pk__lt=pk))
