"""The section of the settings where people say what their invoices have to say."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import api as people
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError
from payments.documents import profiles
from payments.web.forms import TaxForm


@login_required
@require_http_methods(["GET", "POST"])
def tax_details(request: HttpRequest) -> HttpResponse:
    user_id = int(request.user.pk or 0)
    is_seller = people.is_seller(user_id)
    form = TaxForm(request.POST or None, initial=_known(user_id), is_seller=is_seller)
    if form.is_valid():
        try:
            profiles.save_tax_details(user_id, form.details, clock.now())
        except DomainError as error:
            form.add_refusal(error)
        else:
            messages.success(request, _("Saved. Documents from now on show it; those you have stay as they are."))
            return redirect("payments:tax_details")
    context = {"form": form, "is_seller": is_seller, "tabs": people.settings_tabs("payments:tax_details")}
    return render(request, "payments/documents/tax_details.html", context)


def _known(user_id: int) -> dict[str, object]:
    details = profiles.tax_details(user_id)
    return TaxForm.known(details) if details else {"country": people.person(user_id).country}
