"""A custom offer as something that was ordered: what the order core asks of it."""

from __future__ import annotations

from gigs.models import CustomOffer
from gigs.offers import services
from gigs.offers.notices import page_of
from marketplace.kernel.models import as_uuid
from orders.contracts import OrderFact, SourceCard

_NEVER_PAID = "expired"


class OfferSource:
    """Implements ``orders.contracts.OrderSource``; a reference is the version's id."""

    def describe(self, source_refs: list[str]) -> dict[str, SourceCard]:
        wanted = [pk for pk in map(as_uuid, source_refs) if pk]
        found = CustomOffer.objects.filter(pk__in=wanted).only("title", "conversation_id")
        return {str(offer.pk): SourceCard(offer.title, page_of(offer), "") for offer in found}

    def on_state_changed(self, fact: OrderFact) -> None:
        """An order that was never paid gives its offer back. Writes rows only."""
        offer_id = as_uuid(fact.source_ref)
        if fact.state == _NEVER_PAID and offer_id:
            services.reopen(offer_id, fact.at)
