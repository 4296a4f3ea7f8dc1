from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from gigs.waiting import services
from gigs.web.shared_links import gig_for, key_for
from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict


@login_required
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks to be told when a gig takes orders again, or not any more. Opened (after signing in): the gig's page."""
    gig = gig_for(request, pk)
    person_id = int(request.user.pk or 0)
    if request.method != "POST":
        return redirect(gig)
    if request.POST.get("do") == "stop":
        services.stop(gig_id=pk, person_id=person_id)
        messages.success(request, _("We do not tell you of this gig any more."))
        return redirect(gig)
    try:
        services.wait(gig_id=pk, person_id=person_id, at=clock.now(), key=key_for(request, pk))
    except Conflict as error:
        messages.info(request, error.message)
    else:
        messages.success(request, _("We tell you as soon as there is room for you. First come, first told."))
    return redirect(gig)
