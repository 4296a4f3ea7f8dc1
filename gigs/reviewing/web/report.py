"""A buyer reports a gig."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from gigs.reviewing import concerns
from gigs.reviewing.web.forms import ReportForm
from gigs.selectors.page import visible_gig
from marketplace.kernel import clock, throttle
from marketplace.kernel.errors import Conflict, DomainError, NotAllowed

REPORTS_A_DAY = 20


@login_required
@never_cache
def report(request: HttpRequest, pk: int) -> HttpResponse:
    reader_id = int(request.user.pk or 0)
    gig = visible_gig(pk, reader_id)
    if gig.seller_id == reader_id:
        raise NotAllowed(_("This is your own gig."))
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _check_pace(reader_id)
            data = form.cleaned_data
            concerns.report(gig_id=pk, by_id=reader_id, reason=data["reason"], text=data["text"], at=clock.now())
        except DomainError as error:
            for name, message in (error.fields or {"": error.message}).items():
                form.add_error(name or None, message)
        else:
            messages.success(request, _("Thank you. Somebody looks at it; the seller does not learn who reported it."))
            return redirect(gig)
    context = {"form": form, "gig": gig, "has_reported": concerns.has_reported(pk, reader_id)}
    return render(request, "gigs/reviewing/report.html", context, status=422 if form.errors else 200)


def _check_pace(reader_id: int) -> None:
    if not throttle.spend(f"report:{reader_id}", 1, limit=REPORTS_A_DAY, seconds=86_400):
        raise Conflict(_("You have reported many gigs today. Go on tomorrow."))
