"""``{% recently_viewed %}``: a row of the gigs that the reader looked at last; nothing where there are none."""

from __future__ import annotations

from typing import Any

from django import template

from gigs import statistics
from gigs.selectors.picked import cards_for
from gigs.viewed import store
from gigs.viewed.web import ROW
from marketplace.kernel import clock

register = template.Library()


@register.inclusion_tag("gigs/_viewed.html", takes_context=True)
def recently_viewed(context: template.Context, but: int = 0) -> dict[str, Any]:
    """Without the gig ``but``. Three queries where there is something, none where there is nothing."""
    request = context["request"]
    ids = [pk for pk in store.ids_of(request) if pk != but]
    cards = cards_for(ids[: 2 * ROW], clock.display_now())[:ROW]
    statistics.saw_cards(request, [card.id for card in cards])
    return {"cards": cards}
