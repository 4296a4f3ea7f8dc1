"""What a seller does about payouts: says when, asks for one now."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.kernel import clock, words
from marketplace.kernel.errors import DomainError
from payments import api
from payments.contracts import Schedule
from payments.errors import NotPayable
from payments.models import Payout
from payments.reasons import words_of
from payments.selectors.payouts import view
from payments.selectors.plans import plan_of
from payments.web.guards import for_sellers
from payments.web.plan_form import PlanForm


@for_sellers
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, user_id: int) -> HttpResponse:
    """Schedule, weekday, steady amounts."""
    known = plan_of(user_id)
    currencies = list(dict.fromkeys([*settings.SETTLEMENT_CURRENCIES, *known.steady_minor]))
    form = PlanForm(request.POST or None, plan=known, currencies=currencies)
    if form.is_valid() and _save(form, user_id):
        messages.success(request, _("Saved. Your next payout goes by this."))
        return redirect("payments:earnings")
    context = {"form": form, "zone": settings.TIME_ZONE.replace("_", " ")}
    return render(request, "payments/plan.html", context, status=400 if form.errors else 200)


def _save(form: PlanForm, user_id: int) -> bool:
    chosen = Schedule(form.cleaned_data["schedule"])
    steady = form.amounts if chosen == Schedule.WEEKLY else []
    weekday = form.cleaned_data["weekday"]
    try:
        api.save_plan(user_id=user_id, schedule=chosen, weekday=weekday, steady=steady, at=clock.now())
    except DomainError as error:
        form.show(error)
        return False
    return True


@for_sellers
@require_POST
def pay_out_now(request: HttpRequest, user_id: int) -> HttpResponse:
    """Everything in one currency, to the bank. The page says what came of it."""
    currency = request.POST.get("currency", "")[:3].upper()
    try:
        _tell(request, api.pay_now(user_id=user_id, currency=currency, at=clock.now()))
    except NotPayable as error:
        reason = words_of(error.reasons[0])
        messages.error(request, f"{reason.title} {reason.advice}")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("payments:earnings")


def _tell(request: HttpRequest, payout: Payout) -> None:
    shown = view(payout)
    if shown.state == "failed":
        messages.error(request, f"{shown.failure} {shown.advice}")
        return
    text = _("%(amount)s is on its way to %(bank)s.")
    messages.success(request, text % {"amount": words.amount(shown.amount), "bank": shown.bank or _("your bank")})
