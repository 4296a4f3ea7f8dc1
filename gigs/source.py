"""A gig as something that can be ordered: what the order core asks of it."""

from __future__ import annotations

from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse

from gigs.models import Gig
from gigs.statistics.services import count_order
from marketplace.kernel.prepared import prepared, prepared_change
from orders.contracts import OrderFact, SourceCard

# Counted from the moment of payment until the work is over, however it ends.
_RUNNING = frozenset(
    {"awaiting_requirements", "in_progress", "delivered", "in_revision", "awaiting_funding", "disputed"}
)
_COMPLETED = "completed"
_UNPAID = frozenset({"", "requested", "declined", "pending_payment", "expired"})


class GigSource:
    """Implements ``orders.contracts.OrderSource``; a reference is the gig's id."""

    def describe(self, source_refs: list[str]) -> dict[str, SourceCard]:
        ids = [int(ref) for ref in source_refs if ref.isdigit()]
        return {str(gig.pk): _card(gig) for gig in _CARDS.all(ids)}

    def category_of(self, source_ref: str) -> tuple[str, str]:
        """For records per category."""
        found = _CATEGORY.first(int(source_ref)) if source_ref.isdigit() else None
        return found or ("", "")

    def on_state_changed(self, fact: OrderFact) -> None:
        """Keeps the counts that the seller's list shows, and counts the order on its day. Writes rows only."""
        running = (fact.state in _RUNNING) - (fact.state_before in _RUNNING)
        completed = (fact.state == _COMPLETED) - (fact.state_before == _COMPLETED)
        if running or completed:
            _COUNT.run(int(fact.source_ref), running, completed, fact.at if running > 0 else None)
        if fact.state_before in _UNPAID and fact.state in _RUNNING:
            count_order(int(fact.source_ref), fact.at)


_COUNT = prepared_change(
    lambda pk, running, completed, ordered_at: (
        Gig.objects.filter(pk=pk),
        {
            "active_orders": Greatest(F("active_orders") + running, 0),
            "completed_orders": Greatest(F("completed_orders") + completed, 0),
            "last_ordered_at": Coalesce(ordered_at, F("last_ordered_at")),
        },
    )
)
_CATEGORY = prepared(lambda pk: Gig.objects.filter(pk=pk).values_list("category__slug", "category__name"))
_CARDS = prepared(lambda ids: Gig.objects.filter(pk__in=ids).only("title", "slug", "cover", "state", "is_private"))


def _card(gig: Gig) -> SourceCard:
    cover = gig.cover_image
    again_url = reverse("gigs:order", args=[gig.pk]) if gig.is_active and not gig.is_private else ""
    return SourceCard(gig.title, gig.get_absolute_url(), cover.urls[320] if cover else "", again_url)
