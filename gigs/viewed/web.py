"""What one looked at last: a page of its own, a row for other pages, and the switch."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import api as accounts
from gigs import statistics
from gigs.selectors.picked import cards_for
from gigs.viewed import store
from marketplace.kernel import clock

ROW = 4


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def viewed(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _act(request)
    cards = cards_for(store.ids_of(request), clock.display_now())
    statistics.saw_cards(request, [card.id for card in cards])
    return render(request, "gigs/viewed.html", {"cards": cards, "is_wanted": store.is_wanted(request)})


def _act(request: HttpRequest) -> HttpResponse:
    response, deed = redirect("gigs:viewed"), request.POST.get("act", "")
    if deed == "forget":
        store.forget(request, response)
        messages.success(request, _("Forgotten."))
    if deed == "off":
        store.switch_off(request, response)
        messages.success(request, _("From now on nothing is remembered."))
    if deed == "on":
        store.switch_on(response)
        messages.success(request, _("From now on the gigs you look at are remembered for you."))
    if deed in {"off", "on"} and request.user.is_authenticated:
        accounts.keep_viewed(user_id=request.user.pk, wanted=deed == "on")
    return response
