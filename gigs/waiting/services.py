"""Who wants to know when a gig takes orders again. First come, first told, and no more of them than there is room."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from gigs.models import Gig, RoomWait
from gigs.selectors.openness import closed, may_see
from gigs.waiting import notices
from marketplace.kernel.errors import Conflict, NotAllowed, NotFound

# So long a place counts as taken by somebody who was told of it; then the next are told.
FIRST_CALL = timedelta(hours=12)
_AT_ONCE = 100


@transaction.atomic
def wait(*, gig_id: int, person_id: int, at: datetime, key: str = "") -> None:
    """Puts a person at the end of the list; who waits already keeps their place.

    Raises NotFound, NotAllowed (own gig), Conflict (``gig_open``: it can be ordered now).
    """
    gig = Gig.objects.active_or_private().select_for_update(no_key=True).filter(pk=gig_id).first()
    if gig is None or not may_see(gig, person_id, key):
        raise NotFound(_("This gig is not offered any more."))
    if gig.seller_id == person_id:
        raise NotAllowed(_("This is your own gig."))
    if closed(gig, at) is None:
        raise Conflict(_("There is room again: you can order now."), code="gig_open")
    row, is_new = RoomWait.objects.get_or_create(gig=gig, person_id=person_id, defaults={"asked_at": at})
    if not is_new and row.told_at is not None:
        row.asked_at, row.told_at = at, None
        row.save(update_fields=["asked_at", "told_at"])


def stop(*, gig_id: int, person_id: int) -> None:
    """Takes a person off the list; harmless where they are not on it."""
    RoomWait.objects.filter(gig=gig_id, person=person_id).delete()


def tell_due(at: datetime) -> int:
    """Tells those whose turn it is, of every gig that has room; returns how many."""
    waiting = RoomWait.objects.filter(gig=OuterRef("pk"), told_at=None)
    has_room = Q(queue_limit=None) | Q(active_orders__lt=F("queue_limit"))
    is_back = Q(away_until=None) | Q(away_until__lte=at)
    gigs = Gig.objects.active_or_private().filter(Exists(waiting), has_room, is_back, seller__is_active=True)
    return sum(_tell(pk, at) for pk in list(gigs.values_list("pk", flat=True).order_by("pk")[:_AT_ONCE]))


@transaction.atomic
def _tell(gig_id: int, at: datetime) -> int:
    gig = Gig.objects.active_or_private().select_for_update(no_key=True, skip_locked=True).filter(pk=gig_id).first()
    if gig is None or closed(gig, at):
        return 0
    waiting = RoomWait.objects.filter(gig=gig, told_at=None).order_by("asked_at", "pk")
    if gig.queue_limit is None:
        rows = list(waiting[:_AT_ONCE])
    else:
        called = RoomWait.objects.filter(gig=gig, told_at__gt=at - FIRST_CALL).count()
        rows = list(waiting[: max(0, gig.queue_limit - gig.active_orders - called)])
    for row in rows:
        row.told_at = at
    RoomWait.objects.bulk_update(rows, ["told_at"])
    notices.tell(gig, rows, at)
    return len(rows)
