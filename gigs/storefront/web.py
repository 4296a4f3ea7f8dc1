"""The form with which somebody reports a seller's page."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import api as accounts
from gigs import limits
from gigs.models import StorefrontReport
from gigs.storefront import reports
from marketplace.kernel import clock, throttle
from marketplace.kernel.errors import Conflict, DomainError, NotAllowed, NotFound

REPORTS_A_DAY = 20


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"), choices=StorefrontReport.Reason.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=gettext_lazy("What should we look at?"),
        required=False,
        max_length=limits.REPORT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, handle: str) -> HttpResponse:
    reader_id, seller_id = int(request.user.pk or 0), accounts.id_of(f"@{handle}")
    if seller_id is None or not accounts.is_active(seller_id) or not accounts.is_seller(seller_id):
        raise NotFound(_("There is no seller called @%(handle)s here.") % {"handle": handle})
    if seller_id == reader_id:
        raise NotAllowed(_("This is your own page."))
    seller, form = accounts.person(seller_id), ReportForm(request.POST or None)
    if form.is_valid():
        try:
            _check_pace(reader_id)
            reports.send(seller_id=seller_id, by_id=reader_id, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            for name, message in (error.fields or {"": error.message}).items():
                form.add_error(name or None, message)
        else:
            messages.success(request, _("Thank you. Somebody looks at it; the seller does not learn who reported it."))
            return redirect("accounts:profile", seller.handle)
    context = {"form": form, "seller": seller, "has_reported": reports.has_reported(seller_id, reader_id)}
    return render(request, "gigs/storefront/report.html", context, status=422 if form.errors else 200)


def _check_pace(reader_id: int) -> None:
    if not throttle.spend(f"report-seller:{reader_id}", 1, limit=REPORTS_A_DAY, seconds=86_400):
        raise Conflict(_("You have reported many people today. Go on tomorrow."))
