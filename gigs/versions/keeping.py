"""The former contents of a gig: kept when it changes, dropped when they are old."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from gigs import documents
from gigs.contracts import GigContent
from gigs.models import Gig, GigVersion

KEPT_FOR = timedelta(days=730)
KEPT_MOST = 50  # of one gig


def keep(gig: Gig, content: GigContent, *, by_id: int, at: datetime) -> None:
    """Call it before the version grows, in the transaction that changes the gig; ``content`` is what it said."""
    GigVersion.objects.create(
        gig=gig, number=gig.version, document=documents.content_to(content), replaced_at=at, replaced_by_id=by_id
    )


def drop_old(at: datetime, *, limit: int = 5_000) -> int:
    """Versions that were replaced two years ago, and those before a gig's last fifty; returns how many went."""
    dropped = 0
    for old in (
        GigVersion.objects.filter(replaced_at__lt=at - KEPT_FOR),
        GigVersion.objects.filter(number__lt=F("gig__version") - KEPT_MOST),
    ):
        ids = list(old.order_by("pk").values_list("pk", flat=True)[:limit])
        dropped += GigVersion.objects.filter(pk__in=ids).delete()[0]
    return dropped
