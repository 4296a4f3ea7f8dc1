"""Where a seller's gig stands in the results, what changed, and what would move it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gigs.selectors.owned import own_gig
from gigs.selectors.place import place_of
from marketplace.kernel import clock


@login_required
@require_safe
def place(request: HttpRequest, pk: int) -> HttpResponse:
    gig = own_gig(pk, int(request.user.pk or 0))
    return render(request, "gigs/place.html", {"gig": gig, "place": place_of(gig, clock.now())})
