"""A seller's own gigs: the list, and publish, pause, archive, restore."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts import api as accounts
from gigs.guidance.hints import hints_of
from gigs.reviewing.web import owner
from gigs.selectors.owned import rows_of_seller
from gigs.services import editing, publishing
from gigs.services.absence import away_until
from gigs.statistics.selectors import with_figures
from gigs.web.selling_forms import AwayForm
from marketplace.kernel import clock
from marketplace.kernel.errors import InvalidInput

_ACTIONS: dict[str, tuple[Callable[..., None], object]] = {
    "pause": (publishing.pause, gettext_lazy("Your gig is paused. Running orders go on; nobody can order it.")),
    "archive": (publishing.archive, gettext_lazy("Your gig is in the archive. Running orders go on.")),
    "restore": (publishing.restore, gettext_lazy("Your gig is a draft again.")),
    "renew-link": (editing.renew_link, gettext_lazy("There is a new link. The old one opens nothing any more.")),
    "draw-cover": (editing.draw_cover, gettext_lazy("We drew a cover. Upload your own whenever you like.")),
}


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    user_id = int(request.user.pk or 0)
    if not accounts.is_seller(user_id):
        return redirect("accounts:become_seller")
    now = clock.display_now()
    rows = with_figures(owner.rows_with_standing(rows_of_seller(user_id), user_id), now)
    context = {"rows": rows, "hints": hints_of(user_id), "away": AwayForm(now=now), "is_away": away_until(user_id, now)}
    return render(request, "gigs/mine.html", context)


@login_required
@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    if action not in {"publish", *_ACTIONS}:
        raise Http404
    try:
        if action == "publish":
            return owner.publish_or_explain(request, pk)
        run, said = _ACTIONS[action]
        run(gig_id=pk, seller_id=int(request.user.pk or 0), at=clock.now())
    except InvalidInput as error:
        messages.error(request, error.message)
        return redirect("gigs:edit", pk)
    messages.success(request, str(said))
    return redirect("gigs:edit", pk) if action in {"draw-cover", "restore", "renew-link"} else redirect("gigs:mine")
