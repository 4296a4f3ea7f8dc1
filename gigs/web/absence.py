"""Being away with every gig at once, from the list of one's gigs."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gigs.services.absence import go_away
from gigs.web.selling_forms import AwayForm
from marketplace.kernel import clock


@login_required
@require_POST
def away(request: HttpRequest) -> HttpResponse:
    """``do`` is "back", or a day is given."""
    seller_id, now = int(request.user.pk or 0), clock.now()
    if request.POST.get("do") == "back":
        go_away(seller_id=seller_id, until=None, at=now)
        messages.success(request, _("Welcome back: your gigs take orders again."))
        return redirect("gigs:mine")
    form = AwayForm(request.POST, now=now)
    until = form.cleaned_data["away_until"] if form.is_valid() else None
    if until is None:
        problem = next(iter(form.errors.get("away_until", [])), _("Choose the day on which you are back."))
        messages.error(request, str(problem))
        return redirect("gigs:mine")
    go_away(seller_id=seller_id, until=until, at=now)
    messages.success(request, _("Nobody orders from you until then. Running orders go on, and it ends by itself."))
    return redirect("gigs:mine")
