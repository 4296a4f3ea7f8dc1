"""What has become better about a saved gig: cheaper since its owner last heard, or to be had again.

A trigger notes which gigs may have changed; this compares them with what each owner knows, in batches that a task
takes one after the other. Prices are compared within one currency; where a gig's currency changes, knowledge begins
anew. What got worse is noted without a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.lookups import GreaterThanOrEqual

from gigs.favourites import notices
from gigs.favourites.availability import can_be_ordered
from gigs.models import Gig, SavedItem, WatchedChange

GIGS_AT_ONCE, ITEMS_AT_ONCE = 100, 300
# A price is news where it fell to this or less, in percent of what was known.
NEWS_AT_PERCENT = 95


def look(at: datetime) -> int:
    """One batch; returns how many items were brought into step, or -1 where there was nothing to look at."""
    with transaction.atomic():
        due = WatchedChange.objects.filter(due_at__lte=at).order_by("due_at", "pk")
        changes = list(due.select_for_update(skip_locked=True)[:GIGS_AT_ONCE])
        if not changes:
            return -1
        rows = Gig.objects.filter(pk__in={change.gig_id for change in changes}).defer("description")
        gigs = {gig.pk: gig for gig in rows}
        open_ids = [gig.pk for gig in gigs.values() if can_be_ordered(gig, at)]
        items = list(_out_of_step(gigs, open_ids)[:ITEMS_AT_ONCE])
        said = [notice for item in items if (notice := _bring_into_step(item, gigs, set(open_ids), at))]
        SavedItem.objects.bulk_update(items, ["currency", "saved_price_minor", "told_price_minor", "could_be_ordered"])
        notices.tell(said, at)
        if len(items) < ITEMS_AT_ONCE:  # else the next batch finds the rest
            WatchedChange.objects.filter(pk__in=[change.pk for change in changes]).delete()
            _come_back(gigs, at)
    return len(items)


def _out_of_step(gigs: Mapping[int, Gig], open_ids: list[int]) -> QuerySet[SavedItem]:
    is_open = Q(gig_id__in=open_ids)
    has_changed = (
        Q(could_be_ordered=True) & ~is_open
        | Q(could_be_ordered=False) & is_open
        | Q(gig__from_all_in_minor__isnull=False) & ~Q(currency=F("gig__currency"))
        | is_open & Q(GreaterThanOrEqual(F("told_price_minor") * NEWS_AT_PERCENT, F("gig__from_all_in_minor") * 100))
    )
    rows = SavedItem.objects.filter(has_changed, gig_id__in=gigs)
    return rows.select_related("saved_list").select_for_update(of=("self",)).order_by("pk")


def _bring_into_step(item: SavedItem, gigs: Mapping[int, Gig], open_ids: set[int], at: datetime) -> notices.News | None:
    """Writes what its owner knows from now on; what to tell them, where there is something."""
    gig = gigs[item.gig_id or 0]
    is_open, was_open = gig.pk in open_ids, item.could_be_ordered
    item.could_be_ordered = is_open
    price = gig.from_all_in_minor
    before = None
    if price is not None and item.currency != gig.currency:
        item.currency, item.saved_price_minor, item.told_price_minor = gig.currency, price, price
    elif is_open and price is not None and _is_news(price, item.told_price_minor):
        before, item.told_price_minor = item.told_price_minor, price
    if gig.seller_id == item.owner_id or not is_open:
        return None
    if not was_open:
        return notices.News(notices.BACK, item, gig, before, at)
    return notices.News(notices.CHEAPER, item, gig, before, at) if before else None


def _is_news(price_minor: int, told_minor: int | None) -> bool:
    return told_minor is not None and price_minor * 100 <= told_minor * NEWS_AT_PERCENT


def _come_back(gigs: Mapping[int, Gig], at: datetime) -> None:
    """Nothing writes a gig's row when its seller's absence ends: it is looked at then."""
    away = {gig.pk: gig.away_until for gig in gigs.values() if gig.away_until and gig.away_until > at}
    known = set(WatchedChange.objects.filter(gig_id__in=away, due_at__gt=at).values_list("gig_id", "due_at"))
    rows = [(pk, until) for pk, until in away.items() if (pk, until) not in known]
    WatchedChange.objects.bulk_create([WatchedChange(gig_id=pk, due_at=until) for pk, until in rows])
