"""What an hour of a seller brings, and the times that they note for it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.kernel import clock
from marketplace.kernel.errors import NotFound
from payments import owners
from payments.hours import services
from payments.hours.earned import MOST_SHARES
from payments.hours.rates import hours_of, time_of, typical_of
from payments.web.guards import for_sellers
from payments.web.tabs import earnings_tabs
from payments.web.time_form import TimeForm, write_minutes
from payments.web.words import work_time


@for_sellers
@require_safe
def hours(request: HttpRequest, user_id: int) -> HttpResponse:
    found = hours_of(user_id, clock.now())
    context = {
        "rates": [(rate, _time(rate.minutes), _time(rate.typical_minutes)) for rate in found.rates],
        "orders": [(order, _time(order.minutes)) for order in found.orders],
        "most": MOST_SHARES,
        "tabs": earnings_tabs("hours"),
    }
    return render(request, "payments/hours.html", context)


def _time(minutes: int | None) -> str:
    return work_time(minutes) if minutes else ""


@for_sellers
@require_http_methods(["GET", "POST"])
def order_time(request: HttpRequest, user_id: int, reference: str) -> HttpResponse:
    """Of one order of their own."""
    services.own_subject(user_id, reference)
    form = TimeForm(request.POST or None, initial={"time": write_minutes(time_of(user_id, reference))})
    card = owners.describe([reference])[reference]
    if request.method == "POST" and form.is_valid():
        services.note_time(seller_id=user_id, reference=reference, minutes=form.minutes, at=clock.now())
        messages.success(request, _("Noted. Only you see it.") if form.minutes else _("Forgotten."))
        return redirect("payments:hours")
    context = {"form": form, "title": card.title, "order_url": card.url}
    return render(request, "payments/order_time.html", context, status=400 if form.errors else 200)


@for_sellers
@require_http_methods(["GET", "POST"])
def typical_time(request: HttpRequest, user_id: int, subject: str) -> HttpResponse:
    """Of a thing that they were paid for in the last year, or have said a time for."""
    title = _title_of(user_id, subject)
    form = TimeForm(request.POST or None, initial={"time": write_minutes(typical_of(user_id, subject))})
    if request.method == "POST" and form.is_valid():
        services.note_typical(seller_id=user_id, subject=subject, minutes=form.minutes)
        messages.success(request, _("Noted. Only you see it.") if form.minutes else _("Forgotten."))
        return redirect("payments:hours")
    context = {"form": form, "title": title}
    return render(request, "payments/typical_time.html", context, status=400 if form.errors else 200)


def _title_of(user_id: int, subject: str) -> str:
    """Of what is not among what was paid lately any more no name is known; a time that was said can still go."""
    for rate in hours_of(user_id, clock.now()).rates:
        if rate.subject.key == subject:
            return rate.subject.title
    if typical_of(user_id, subject):
        return _("The usual time")
    raise NotFound(_("You have not been paid for that lately."))


@for_sellers
@require_POST
def rest_rotation(request: HttpRequest, user_id: int) -> HttpResponse:
    services.rest_rotation(user_id=user_id, at=clock.now())
    return redirect("payments:earnings")
