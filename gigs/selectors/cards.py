"""Gigs as cards: two more queries for any number of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import api as accounts
from accounts.contracts import Person
from gigs import limits
from gigs.addresses import query_string
from gigs.contracts import CatalogueQuery, GigCard
from gigs.models import Gig
from marketplace.kernel.money import Money
from orders import api as orders


def cards_of(gigs: Sequence[Gig], at: datetime, query: CatalogueQuery | None = None) -> list[GigCard]:
    """Cards in the given order. Each gig carries ``offer_price`` and ``offer_minutes`` (selectors.offers)."""
    seller_ids = {gig.seller_id for gig in gigs}
    people = accounts.people(seller_ids) if gigs else {}
    records = orders.reputation(seller_ids) if gigs else {}
    done = {seller_id: record.completed for seller_id, record in records.items()}
    asked = f"?{query_string(query)}" if query else ""
    return [_card(gig, people[gig.seller_id], done.get(gig.seller_id, 0), at, asked) for gig in gigs]


def level_of(completed: int) -> str:
    """What a card says of a seller's record: a count that anybody can check, not a grade."""
    return ngettext("%d done", "%d done", completed) % completed if completed else _("New")


def ready_time(gig: Gig, minutes: int, at: datetime) -> datetime:
    """When a promise of so many minutes would be kept, if ordered now; order hours stretch promises under a day."""
    hours = gig.weekly_hours if minutes < limits.ORDER_HOURS_BELOW_MINUTES else None
    return orders.ready_at(at, minutes, hours)


def _card(gig: Gig, seller: Person, completed: int, at: datetime, asked: str) -> GigCard:
    cover = gig.cover_image
    minutes: int = gig.offer_minutes  # type: ignore[attr-defined]  # annotated
    price: int = gig.offer_price  # type: ignore[attr-defined]  # annotated
    is_short = minutes < limits.ORDER_HOURS_BELOW_MINUTES
    return GigCard(
        id=gig.pk,
        title=gig.title,
        url=gig.get_absolute_url(),
        cover_url=cover.url if cover else "",
        cover_srcset=cover.srcset if cover else "",
        category=gig.category.name,
        seller=seller,
        level=level_of(completed),
        level_is_new=not completed,
        rating=gig.rating,
        review_count=gig.review_count,
        price=Money(price, gig.currency),
        minutes=minutes,
        ready_at=ready_time(gig, minutes, at) if is_short else None,
        why_url=reverse("gigs:why", args=[gig.pk]) + asked if asked else "",
    )
