"""Becoming a seller, changing hats, and what the public sees of a person."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import countries, hours, links, panels, selectors, spoken
from accounts.models import User
from accounts.services import people
from accounts.web.forms import BecomeSellerForm, add_error
from accounts.web.guards import signed_in
from marketplace.kernel import clock
from marketplace.kernel.errors import InvalidInput


@require_http_methods(["GET", "POST"])
def become_seller(request: HttpRequest) -> HttpResponse:
    """Asks for the country, tells at once whether payouts reach it, and opens the seller's side.

    A visitor goes the short way: the page of the first gig asks for the country, too.
    """
    if not request.user.is_authenticated:
        query = urlencode({"next": reverse("gigs:first")})
        return redirect(f"{reverse('account_signup')}?{query}")
    user = signed_in(request)
    if request.method == "GET" and user.is_seller:
        return render(request, "accounts/already_seller.html")
    form = BecomeSellerForm(request.POST or None, initial={"country": user.country})
    if form.is_valid():
        try:
            people.become_seller(user_id=user.pk, country=form.cleaned_data["country"], at=clock.now())
        except InvalidInput as error:
            return _not_there(request, form, error)
        messages.success(request, _("Welcome. Set up your first gig: it takes a few minutes."))
        return redirect("gigs:first")
    context = {"form": form, "answer": _answer(user.country)}
    return render(request, "accounts/become_seller.html", context)


def _not_there(request: HttpRequest, form: BecomeSellerForm, error: InvalidInput) -> HttpResponse:
    if error.code != "no_payouts":
        add_error(form, error)
        return render(request, "accounts/become_seller.html", {"form": form})
    context = {"form": form, "answer": _answer(form.cleaned_data["country"])}
    return render(request, "accounts/become_seller.html", context)


@require_safe
def payout_answer(request: HttpRequest) -> HttpResponse:
    """The line under the country field, as htmx asks for it."""
    return render(request, "accounts/_payout_answer.html", {"answer": _answer(request.GET.get("country", ""))})


def _answer(country: str) -> dict[str, object] | None:
    if country not in countries.names():
        return None
    return {"country": countries.name_of(country), "is_reached": countries.can_be_paid_in(country)}


@login_required
@require_POST
def switch_hat(request: HttpRequest) -> HttpResponse:
    """Puts the other hat on; who has no seller's side yet is led to it."""
    user, hat = signed_in(request), request.POST.get("hat", "")
    if hat == User.Hat.SELLING and not user.is_seller:
        return redirect("accounts:become_seller")
    people.switch_hat(user_id=user.pk, hat=hat)
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return redirect(target)
    return redirect(settings.LOGIN_REDIRECT_URL)


@require_safe
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """The public page of a person, with what other apps add to it."""
    user = selectors.user_by_handle(handle)
    if handle != user.handle:
        return redirect("accounts:profile", user.handle, permanent=True)
    seller = user.seller_profile if user.is_seller else None
    areas: dict[str, list[str]] = {"head": [], "acts": [], "facts": [], "main": []}
    for panel in panels.panels_for(request, user.as_person()):
        areas[panel.area].append(render_to_string(panel.template, panel.context, request))
    weekly = seller.weekly_hours if seller else None
    context = {
        "person": user,
        "seller": seller,
        "languages": spoken.named(seller.languages) if seller else [],
        "links": links.shown(seller.links) if seller else [],
        "country": countries.name_of(user.country),
        "hours": hours.lines(weekly) if weekly else [],
        "is_own": request.user == user,
        "panels": areas,
    }
    return render(request, "accounts/profile.html", context)
