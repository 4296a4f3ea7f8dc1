"""The seller's money pages."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import api as people
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError
from payments import api
from payments.contracts import PayoutGate
from payments.web.words import badge_of, payout_words, since_words


def _seller_id(request: HttpRequest) -> int | None:
    """The permission: one's own money, if one sells."""
    user_id = request.user.pk
    return user_id if user_id and people.is_seller(user_id) else None


@login_required
@require_safe
def earnings(request: HttpRequest) -> HttpResponse:
    user_id = _seller_id(request)
    if user_id is None:
        return render(request, "payments/not_selling.html")
    found, status = api.earnings(user_id), api.payout_status(user_id)
    context = {
        "earnings": found,
        "status": status,
        "is_open": status.gate == PayoutGate.OPEN,
        "is_new": status.gate == PayoutGate.NONE,
        "rows": [(row, *badge_of(row), since_words(row)) for row in found.rows],
        "payouts": [(payout, payout_words(payout)) for payout in found.payouts],
        "link_expired": "again" in request.GET,
    }
    return render(request, "payments/earnings.html", context)


@login_required
@require_POST
def onboarding(request: HttpRequest) -> HttpResponse:
    """To the provider's own pages, where the seller says who they are and where their bank is."""
    user_id = _seller_id(request)
    if user_id is None:
        return redirect("accounts:become_seller")
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


@login_required
@require_safe
def onboarding_return(request: HttpRequest) -> HttpResponse:
    """Coming back proves nothing: the account is read again."""
    user_id = _seller_id(request)
    if user_id is not None:
        _tell_gate(request, user_id)
    return redirect("payments:earnings")


def _tell_gate(request: HttpRequest, user_id: int) -> None:
    try:
        status = api.refresh_gate(user_id, clock.now())
    except DomainError as error:
        messages.error(request, error.message)
        return
    if status.gate == PayoutGate.OPEN:
        messages.success(request, _("Your payout account is ready. What you earn reaches your bank."))
    else:
        messages.info(request, _("Nearly there: the provider still needs something. It is listed below."))
