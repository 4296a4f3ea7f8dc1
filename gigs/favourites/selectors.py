"""Reads of what people keep: the getter is the permission check. The number of queries does not depend on the data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts import api as accounts
from accounts.contracts import Person
from gigs.favourites import paging
from gigs.favourites.availability import GONE, why_not
from gigs.favourites.contracts import KeptGig, KeptSeller, ListRow, Shelf
from gigs.favourites.target import GIG, SELLER, Target
from gigs.models import Gig, SavedItem, SavedList
from marketplace.kernel.errors import NotAllowed, NotFound
from orders import api as orders


def lists_of(owner_id: int) -> list[ListRow]:
    """A person's lists, the first one first, then by name. One query."""
    rows = SavedList.objects.filter(owner_id=owner_id).annotate(
        gigs=Count("items", filter=Q(items__gig__isnull=False)), sellers=Count("items", filter=Q(items__gig=None))
    )
    ordered = sorted(rows, key=lambda row: (not row.is_first, row.label.lower()))
    return [ListRow(row.pk, row.label, row.is_shared, row.is_first, row.gigs, row.sellers) for row in ordered]


def own_list(list_id: int, owner_id: int) -> SavedList:
    """A list of this person's. Raises NotFound, also for somebody else's."""
    found = SavedList.objects.filter(pk=list_id, owner_id=owner_id).first()
    if found is None:
        raise NotFound(_("You have no such list."))
    return found


def shared_list(key: str) -> SavedList:
    """The list that is shared by this key, by somebody who is here. Raises NotFound."""
    found = SavedList.objects.filter(share_key=key, owner__is_active=True).first() if key else None
    if found is None:
        raise NotFound(_("This list is not shared (any more)."))
    return found


def gig_to_save(gig_id: int) -> Gig:
    """A gig that anybody may look at. Raises NotFound; also for a private one, which its link alone leads to."""
    found = Gig.objects.visible().filter(pk=gig_id, is_private=False).defer("description").first()
    if found is None:
        raise NotFound(_("This gig is not here (any more)."))
    return found


def seller_to_save(user_id: int, reader_id: int) -> Person:
    """Somebody who sells here. Raises NotFound, NotAllowed for oneself."""
    if user_id == reader_id:
        raise NotAllowed(_("This is you."))
    if not accounts.is_seller(user_id) or not accounts.is_active(user_id):
        raise NotFound(_("There is no such seller here."))
    return accounts.person(user_id)


def item_for(owner_id: int, target: Target) -> SavedItem | None:
    """Where somebody has saved something."""
    return SavedItem.objects.filter(owner_id=owner_id, **target.columns).select_related("saved_list").first()


def saved_among(owner_id: int, gig_ids: Sequence[int], seller_ids: Sequence[int]) -> dict[str, list[int]]:
    """Which of these gigs and sellers somebody has saved. One query."""
    rows = SavedItem.objects.filter(Q(gig_id__in=gig_ids) | Q(seller_id__in=seller_ids), owner_id=owner_id)
    pairs = list(rows.values_list("gig_id", "seller_id"))
    return {
        GIG: sorted(gig for gig, _seller in pairs if gig),
        SELLER: sorted(seller for _gig, seller in pairs if seller),
    }


def gigs_in(found: SavedList, at: datetime, *, sort: str = "", after: str = "", in_public: bool = False) -> Shelf:
    """A page of a list's gigs, in three queries; ``in_public`` leaves out what others may not see, and all notes."""
    rows = SavedItem.objects.filter(saved_list=found, gig__isnull=False)
    if in_public:
        rows = rows.filter(gig__state__in=["active", "paused"], gig__is_private=False)
    sort = sort if sort in paging.SORTS else "newest"
    items, cursor = paging.page(rows.select_related("gig").defer("gig__description"), sort, after)
    people = accounts.people(item.gig.seller_id for item in items if item.gig)
    return Shelf([_gig(item, people, at, in_public=in_public) for item in items], [], sort, cursor)


def sellers_in(found: SavedList, *, sort: str = "", after: str = "", in_public: bool = False) -> Shelf:
    """A page of a list's sellers, in four queries at most."""
    rows = SavedItem.objects.filter(saved_list=found, seller__isnull=False).select_related("seller")
    if in_public:
        rows = rows.filter(seller__is_active=True)
    sort = sort if sort in paging.SORTS_OF_SELLERS else "newest"
    items, cursor = paging.page(rows, sort, after)
    ids = [item.seller_id for item in items if item.seller_id]
    people, records = accounts.people(ids), orders.reputation(ids)
    sellers = [
        KeptSeller(
            id=seller_id,
            person=people[seller_id],
            rating=records[seller_id].rating,
            review_count=records[seller_id].review_count,
            completed=records[seller_id].completed,
            is_here=bool(item.seller and item.seller.is_active),
            note="" if in_public else item.note,
        )
        for item, seller_id in zip(items, ids, strict=True)
    ]
    return Shelf([], sellers, sort, cursor)


def _gig(item: SavedItem, people: dict[int, Person], at: datetime, *, in_public: bool) -> KeptGig:
    gig = item.gig
    assert gig is not None  # noqa: S101 - what the rows were chosen by
    reason, cover, now, before = why_not(gig, at), gig.cover_image, gig.from_all_in, item.saved_price
    is_less = now is not None and before is not None and now.currency == before.currency and now < before
    return KeptGig(
        id=gig.pk,
        title=gig.title,
        url="" if reason == GONE else gig.get_absolute_url(),
        cover_url=cover.url if cover else "",
        cover_srcset=cover.small_srcset if cover else "",
        seller=people[gig.seller_id],
        rating=gig.rating,
        review_count=gig.review_count,
        price=None if reason == GONE else now,
        before=before if is_less and not in_public and reason != GONE else None,
        why_not=reason,
        away_until=gig.away_until,
        note="" if in_public else item.note,
    )
