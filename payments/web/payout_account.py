"""A seller's account at the provider: to its pages and back, and a new one in place of the old."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import api as people
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError
from payments import api
from payments.contracts import PayoutGate
from payments.selectors.payouts import waits_anywhere
from payments.web.guards import for_sellers


@for_sellers
@require_POST
def onboarding(request: HttpRequest, user_id: int) -> HttpResponse:
    """To the provider's own pages, where the seller says who they are and where their bank is."""
    country = people.person(user_id).country
    if not people.can_be_paid_in(country):
        messages.error(request, _("Payouts do not reach your country. Check it in your settings."))
        return redirect("payments:earnings")
    try:
        address = api.onboarding_url(user_id=user_id, email=people.email_of(user_id), country=country, at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("payments:earnings")
    return redirect(address)


@for_sellers
@require_safe
def onboarding_return(request: HttpRequest, user_id: int) -> HttpResponse:
    """Coming back proves nothing: the account is read again. Of another person's account nothing is said."""
    at = clock.now()
    try:
        if not api.came_back(user_id, request.GET.get("account", "")[:300], at):
            text = _("That page belonged to another person's payout account. Nothing of yours was changed.")
            messages.error(request, text)
            return redirect("payments:earnings")
        status = api.refresh_gate(user_id, at)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("payments:earnings")
    if status.gate == PayoutGate.OPEN:
        messages.success(request, _("Your payout account is ready. What you earn reaches your bank."))
    else:
        messages.info(request, _("Nearly there: the provider still needs something. It is listed below."))
    return redirect("payments:earnings")


@for_sellers
@require_POST
def provider(request: HttpRequest, user_id: int) -> HttpResponse:
    """To the seller's own pages at the provider: their bank, their payouts there."""
    try:
        return redirect(api.provider_url(user_id))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("payments:earnings")


@for_sellers
@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "POST"])
def replace(request: HttpRequest, user_id: int) -> HttpResponse:
    """A new account: after moving to another country, or when the old one was closed. Asks for the password first."""
    person = people.person(user_id)
    if request.method == "POST":
        return _replace(request, user_id, person.country)
    context = {"country": people.country_name(person.country), "waits": waits_anywhere(user_id)}
    return render(request, "payments/replace_account.html", context)


def _replace(request: HttpRequest, user_id: int, country: str) -> HttpResponse:
    if not people.can_be_paid_in(country):
        messages.error(request, _("Payouts do not reach your country. Check it in your settings."))
        return redirect("payments:earnings")
    try:
        api.replace_account(user_id=user_id, email=people.email_of(user_id), country=country, at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("payments:earnings")
    return onboarding(request)
