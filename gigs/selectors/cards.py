"""Gigs as cards: four queries for any number of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import api as accounts
from accounts.contracts import Person, WeeklyHours
from gigs import documents, limits
from gigs.addresses import query_string
from gigs.contracts import CatalogueQuery, GigCard
from gigs.models import Gig, SearchEntry
from gigs.selectors.offers import answering
from marketplace.kernel.money import Money
from marketplace.kernel.prepared import prepared
from orders import api as orders


@dataclass(frozen=True, slots=True)
class Shown:
    """What a card shows of a gig that depends on the question and the moment. Price and time are one package's."""

    id: int
    stamp: int  # of all the rest of it
    price: Money
    minutes: int
    ready_at: datetime | None
    is_new_place: bool = False


_ENTRIES = prepared(
    lambda ids: SearchEntry.objects.filter(pk__in=ids).only("stamp", "currency", "prices", "minutes", "hours")
)
_GIGS = prepared(
    lambda ids: Gig.objects.filter(pk__in=ids).select_related("category").defer("description", "questions")
)


def shown(
    ids: Sequence[int], query: CatalogueQuery, at: datetime, *, fastest: bool, new: Collection[int] = ()
) -> list[Shown]:
    """In the given order; gigs that have left the search meanwhile are left out. One query."""
    entries = {entry.pk: entry for entry in _ENTRIES.all(list(ids))}
    return [_shown(entries[pk], query, at, fastest, pk in new) for pk in ids if pk in entries]


def _shown(entry: SearchEntry, query: CatalogueQuery, at: datetime, fastest: bool, is_new: bool) -> Shown:
    hours = documents.hours_from(entry.hours)
    price, minutes = answering(zip(entry.prices, entry.minutes, strict=True), query, hours, at, fastest=fastest)
    is_short = minutes < limits.ORDER_HOURS_BELOW_MINUTES
    ready = orders.ready_at(at, minutes, hours) if is_short else None
    return Shown(entry.pk, entry.stamp, Money(price, entry.currency), minutes, ready, is_new)


def cards_of(rows: Sequence[Shown], query: CatalogueQuery | None = None) -> list[GigCard]:
    """Cards in the given order. Three queries."""
    gigs = {gig.pk: gig for gig in _GIGS.all([row.id for row in rows])}
    seller_ids = {gig.seller_id for gig in gigs.values()}
    people = accounts.people(seller_ids) if gigs else {}
    records = orders.reputation(seller_ids) if gigs else {}
    asked = f"?{query_string(query)}" if query else ""
    return [
        _card(gigs[row.id], people[gigs[row.id].seller_id], records[gigs[row.id].seller_id].completed, row, asked)
        for row in rows
        if row.id in gigs
    ]


def card_of(gig: Gig, row: Shown) -> GigCard:
    """Of a gig as it stands in memory, saved or not. Two queries."""
    completed = orders.reputation([gig.seller_id])[gig.seller_id].completed
    return _card(gig, accounts.person(gig.seller_id), completed, row, "")


def level_of(completed: int) -> str:
    """What a card says of a seller's record: a count that anybody can check, not a grade."""
    return ngettext("%d done", "%d done", completed) % completed if completed else _("New")


def ready_time(gig: Gig, minutes: int, at: datetime) -> datetime:
    """When a promise of so many minutes would be kept, if ordered now; order hours stretch promises under a day."""
    hours: WeeklyHours | None = gig.weekly_hours if minutes < limits.ORDER_HOURS_BELOW_MINUTES else None
    return orders.ready_at(at, minutes, hours)


def why_url(gig_id: int, query: CatalogueQuery) -> str:
    return f"{reverse('gigs:why', args=[gig_id])}?{query_string(query)}"


def _card(gig: Gig, seller: Person, completed: int, row: Shown, asked: str) -> GigCard:
    cover = gig.cover_image
    return GigCard(
        id=gig.pk,
        title=gig.title,
        url=gig.get_absolute_url(),
        cover_url=cover.url if cover else "",
        cover_srcset=cover.small_srcset if cover else "",
        category=gig.category.label,
        seller=seller,
        level=level_of(completed),
        level_is_new=not completed,
        rating=gig.rating,
        review_count=gig.review_count,
        price=row.price,
        minutes=row.minutes,
        ready_at=row.ready_at,
        why_url=reverse("gigs:why", args=[gig.pk]) + asked if asked else "",
        is_new_place=row.is_new_place,
    )
