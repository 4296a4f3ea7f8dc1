"""Why a gig stands where it stands: the same numbers that put it there, each said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gigs import documents, ranking
from gigs.contracts import CatalogueQuery
from gigs.models import Gig, SearchEntry
from gigs.search import asked
from gigs.search.entries import ranking_record
from gigs.search.labels import Kind, kind_of
from gigs.selectors.catalogue import effective_sort
from gigs.selectors.offers import READY_BY, TODAY, TOMORROW, answering, currency_of, ready_by
from marketplace.kernel import currencies, words
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from orders import api as orders

_PLACES = {
    "A": gettext_lazy("the title"),
    "B": gettext_lazy("the tags"),
    "C": gettext_lazy("the category"),
    "D": gettext_lazy("the description"),
}
SORT_NAMES = {
    "match": gettext_lazy("Best match"),
    "rating": gettext_lazy("Best rated"),
    "price": gettext_lazy("Lowest price"),
    "fastest": gettext_lazy("Fastest"),
    "newest": gettext_lazy("Newest"),
}
_SORT_WORDS = {
    "match": gettext_lazy("Sorted by the score below; every tenth place belongs to new sellers, one after the other."),
    "rating": gettext_lazy("Sorted by rating, then by the number of reviews, then the newer first."),
    "price": gettext_lazy("Sorted by price, all in, lowest first."),
    "fastest": gettext_lazy("Sorted by the promised time, shortest first."),
    "newest": gettext_lazy("Sorted by the day it was published, newest first."),
}


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of the score: its name, its value (1 is neutral, or the whole), and what it comes from."""

    name: str
    value: float
    note: str

    @property
    def percent(self) -> int:
        return round(100 * self.value)


@dataclass(frozen=True, slots=True)
class Why:
    gig: Gig
    reasons: list[str]
    factors: list[Factor]  # of the score; empty where another sort applies
    score: int  # of a hundred
    parts: list[Factor]  # of the standing
    record: ranking.Record  # that the standing is made of
    is_new: bool  # it takes turns at the places of new sellers


def reasons(gig_id: int, query: CatalogueQuery, at: datetime) -> Why:
    """A gig and what explains its place. Raises NotFound."""
    entry = SearchEntry.objects.select_related("gig__category").filter(pk=gig_id).first()
    if entry is None:
        raise NotFound(_("This gig is not in these results any more."))
    sort, question = effective_sort(query), asked.ask(query.text)
    place = _where(gig_id, question.all_of)
    has_all = place.is_match
    if not has_all:
        place = _where(gig_id, question.any_of)
    said = [*_word_reasons(query, place.parts, has_all), *_filter_reasons(entry, query, at), str(_SORT_WORDS[sort])]
    is_new = any(kind_of(one) == Kind.TURN for one in entry.labels)
    if sort != "match":
        said.insert(-1, _rating_reason(entry.gig))
    factors = _factors(entry, place.rank if question.any_of else None) if sort == "match" else []
    score = 1.0
    for factor in factors:
        score *= factor.value
    record = ranking_record(entry.gig, orders.reputation([entry.gig.seller_id])[entry.gig.seller_id])
    return Why(entry.gig, said, factors, round(100 * score / 1.5), parts_of(entry.gig, record, at), record, is_new)


class _Place(NamedTuple):
    """Where words are in a gig: PostgreSQL's rank, and the parts that have all of the question."""

    is_match: bool = False
    rank: float = 0.0
    parts: tuple[str, ...] = ()


def _where(gig_id: int, question: str) -> _Place:
    if not question:
        return _Place()
    weights = "{" + ",".join(map(str, ranking.WEIGHTS)) + "}"
    flags = ", ".join(f"ts_filter(doc, '{{{weight.lower()}}}') @@ %(asked)s::tsquery" for weight in _PLACES)
    with connection.cursor() as cursor:
        select = f"SELECT doc @@ %(asked)s::tsquery, ts_rank(%(weights)s, doc, %(asked)s::tsquery), {flags}"
        given: dict[str, str | int] = {"weights": weights, "asked": question, "id": gig_id}
        cursor.execute(f"{select} FROM gigs_searchentry WHERE gig_id = %(id)s", given)
        is_match, rank, *found = cursor.fetchone()
    return _Place(
        is_match, rank, tuple(str(name) for name, is_in in zip(_PLACES.values(), found, strict=True) if is_in)
    )


def _word_reasons(query: CatalogueQuery, parts: Sequence[str], has_all: bool) -> list[str]:
    if not query.text:
        return []
    if not parts:
        return [_("Your words are spread over the title, tags and description.")]
    said = _("Your words are in %(places)s.") if has_all else _("Some of your words are in %(places)s.")
    return [said % {"places": ", ".join(parts)}]


def _filter_reasons(entry: SearchEntry, query: CatalogueQuery, at: datetime) -> list[str]:
    packages = zip(entry.prices, entry.minutes, strict=True)
    hours = documents.hours_from(entry.hours)
    price, minutes = answering(packages, query, hours, at, fastest=query.sort == "fastest")
    shown = _("The package shown costs %(price)s all in and is promised within %(promise)s.")
    said = {"price": words.amount(Money(price, entry.currency)), "promise": words.duration(minutes)}
    result = [shown % said]
    currency = currency_of(query)
    if currency and len(currencies.settled()) > 1:
        result.append(
            _("Only gigs priced in %(currency)s are here: prices are not converted.") % {"currency": currency}
        )
    if query.within in READY_BY:
        result.append(_ready_reason(query.within, at))
    return result


def _ready_reason(within: str, at: datetime) -> str:
    if within == TODAY:
        return _("Within the seller's order hours, that is still today for you.")
    if within == TOMORROW:
        return _("Within the seller's order hours, that is by the end of tomorrow for you.")
    time = f"{timezone.localtime(ready_by(within, at)):%H:%M}"
    return _("Within the seller's order hours, that is before %(time)s for you.") % {"time": time}


def _factors(entry: SearchEntry, rank: float | None) -> list[Factor]:
    found = []
    if rank is not None:
        note = _("How well your words fit: the title counts most, then tags, category and description.")
        found.append(Factor(_("Your words"), ranking.match_of(rank), note))
    made_of = _("From 0.50 to 1.50; what it is made of is below.")
    found.append(Factor(_("Standing"), 0.5 + entry.standing / 1000, made_of))
    usual = entry.price_fit == 100
    fit = _("The price is within what is usual here.") if usual else _("The price is outside of what is usual here.")
    found.append(Factor(_("Price"), entry.price_fit / 100, fit))
    takes = _("It can be ordered now.") if entry.is_open else _("It cannot be ordered at the moment.")
    found.append(Factor(_("Availability"), ranking.OPEN if entry.is_open else ranking.FULL, takes))
    return found


def parts_of(gig: Gig, record: ranking.Record, at: datetime) -> list[Factor]:
    """The standing as it is today; the one that sorts is at most a day old."""
    parts = ranking.standing_of(record, at)
    return [
        Factor(_("Rating, 40 %"), parts.rating, _rating_reason(gig)),
        Factor(_("On time, 20 %"), parts.on_time, _of_orders(record.on_time, record.promised)),
        Factor(_("Completed, 15 %"), parts.completion, _of_orders(record.completed, record.orders)),
        Factor(_("Buyers who came back, 10 %"), parts.repeat, _of_buyers(record.repeat_buyers, record.buyers)),
        Factor(_("Freshness, 15 %"), parts.freshness, _("Half of it is gone 120 days after the last order.")),
    ]


def _of_orders(cases: int, of: int) -> str:
    return _("%(cases)s of %(of)s of the seller's last orders.") % {"cases": cases, "of": of}


def _of_buyers(cases: int, of: int) -> str:
    return _("%(cases)s of %(of)s buyers.") % {"cases": cases, "of": of}


def _rating_reason(gig: Gig) -> str:
    if not gig.review_count:
        return _("It has no reviews yet.")
    text = ngettext(
        "Rated %(rating)s from %(count)d review.", "Rated %(rating)s from %(count)d reviews.", gig.review_count
    )
    return text % {"rating": f"{gig.rating:.1f}", "count": gig.review_count}
