"""Nobody finds or orders from a suspended seller; afterwards everything is where it was."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from gigs.models import Gig, SearchEntry
from gigs.search import entries
from gigs.states import GigState


def hide_all(seller_id: int) -> None:
    """Every gig that others may open. In the transaction that suspends its seller."""
    Gig.objects.of_seller(seller_id).visible().update(shown_as=F("state"), state=GigState.HIDDEN)
    SearchEntry.objects.filter(seller_id=seller_id).delete()


def show_all(seller_id: int, at: datetime) -> None:
    """Those that were hidden, each as it was."""
    hidden = Gig.objects.of_seller(seller_id).filter(state=GigState.HIDDEN)
    ids = list(hidden.values_list("pk", flat=True))
    hidden.update(state=F("shown_as"), shown_as="")
    entries.refresh(ids, at)
