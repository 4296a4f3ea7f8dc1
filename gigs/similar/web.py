"""Similar gigs: a part of a gig's page that loads when somebody gets there, and a page of its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gigs import statistics
from gigs.similar.selectors import gig_that_was_shown, similar_cards
from marketplace.kernel import clock


@never_cache
@require_safe
def similar(request: HttpRequest, pk: int) -> HttpResponse:
    gig = gig_that_was_shown(pk)
    cards = similar_cards(gig, clock.display_now())
    statistics.saw_cards(request, [card.id for card in cards])
    is_part = request.headers.get("HX-Request") == "true"
    context = {"gig": gig, "cards": cards, "is_open": gig.is_active or gig.is_paused}
    return render(request, "gigs/_similar.html" if is_part else "gigs/similar.html", context)
