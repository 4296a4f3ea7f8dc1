"""A gig's own page, and the price and time of what is being picked on it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from gigs import limits, statistics
from gigs.guidance.page import usual_here
from gigs.selectors.openness import closed
from gigs.selectors.page import page_of
from gigs.services.terms import offer_of, terms_of
from gigs.sharing.heads import head_of_gig
from gigs.viewed import store as viewed
from gigs.waiting.selectors import is_waiting
from gigs.web import page_html
from gigs.web.picking import picked
from gigs.web.shared_links import gig_for, remember
from marketplace.kernel import clock
from marketplace.kernel.errors import InvalidInput
from orders import api as orders


@require_safe
def detail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    gig = gig_for(request, pk)
    if slug != gig.slug:
        asked = request.GET.urlencode()
        return redirect(gig.get_absolute_url() + (f"?{asked}" if asked else ""), permanent=True)
    at, is_own = clock.display_now(), request.user.pk == gig.seller_id
    if gig.is_private and not is_own:
        remember(request, gig)
    not_now = closed(gig, at) if gig.is_active else None
    if not is_own:
        statistics.opened(request, gig.pk)
    can_be_ordered = gig.is_active and not is_own and not not_now
    if can_be_ordered and not gig.is_private and not getattr(request.user, "is_moderator", False):
        context = {"gig": gig, "kept": page_html.kept_page(gig, at)}
    else:
        shown = page_of(gig, at)
        context = {
            "page": shown,
            "head": None if gig.is_private or gig.is_draft else head_of_gig(shown, at=at, is_open=not not_now),
            "usual": usual_here(gig, shown.packages),
            "gig": gig,
            "is_own": is_own,
            "closed": not_now,
            "waits": bool(not_now) and is_waiting(gig.pk, request.user.pk),
            "shows_order_box": can_be_ordered,
            "quantity_max": limits.QUANTITY_MAX,
        }
    response = render(request, "gigs/detail.html", context)
    if not is_own and not gig.is_private:
        viewed.note(request, response, gig.pk)
    return response


@require_safe
def quote(request: HttpRequest, pk: int) -> HttpResponse:
    """The note that says when the selection would be ready (htmx); a refusal says why."""
    gig = gig_for(request, pk)
    try:
        terms = terms_of(offer_of(gig), picked(request.GET))
    except InvalidInput as error:
        return render(request, "gigs/_ready.html", {"error": error.message})
    ready_at = orders.ready_at(clock.display_now(), terms.promised_minutes, terms.hours)
    return render(request, "gigs/_ready.html", {"terms": terms, "ready_at": ready_at, "has_hours": terms.hours})
