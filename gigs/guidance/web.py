"""The guidance beside the packages (htmx), the floor of an hour, and hints that are put away."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from gigs import limits
from gigs.guidance.editor import FIELDS, floor_of, guide
from gigs.guidance.hints import dismiss
from gigs.guidance.services import set_floor
from gigs.web.fields import SellerPrice
from marketplace.kernel import clock, currencies, words
from marketplace.kernel.money import LARGEST_MINOR


@login_required
@require_safe
def guidance(request: HttpRequest) -> HttpResponse:
    """The fragment for what is typed just now, under the names that the editor's fields have."""
    rows = [
        {name: request.GET.get(f"packages-{number}-{name}", "") for name in FIELDS}
        for number in range(limits.PACKAGES_MAX)
    ]
    found = guide(
        seller_id=int(request.user.pk or 0),
        category_slug=request.GET.get("category", ""),
        currency=currencies.chosen(request.GET.get("currency", "")),
        rows=rows,
    )
    return render(request, "gigs/_guidance.html", {"guidance": found})


def _floor_problem(amount_minor: int, _currency: str) -> str:
    return "" if 1 <= amount_minor <= LARGEST_MINOR else _("Write an amount above nought.")


class FloorForm(forms.Form):
    amount = SellerPrice(
        problem=_floor_problem,
        label=gettext_lazy("For one hour, at least"),
        required=False,
        max_length=16,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=gettext_lazy("After our fee, before tax. Leave it empty to be told nothing."),
    )


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    """Of one currency; only this seller ever sees it."""
    seller_id = int(request.user.pk or 0)
    currency = currencies.chosen(request.POST.get("currency") or request.GET.get("currency", ""))
    known = floor_of(seller_id, currency)
    start = {"amount": known and known.amount_minor}
    form = FloorForm(request.POST if request.method == "POST" else None, initial=start)
    form.fields["amount"].currency = currency  # type: ignore[attr-defined]  # a SellerPrice
    if form.is_bound and form.is_valid():
        set_floor(seller_id=seller_id, currency=currency, amount_minor=form.cleaned_data["amount"])
        messages.success(request, _("Saved. Only you see it."))
        return redirect("gigs:mine")
    context = {"form": form, "currency": currency, "symbol": words.symbol(currency)}
    return render(request, "gigs/floor.html", context)


@login_required
@require_POST
def dismiss_hint(request: HttpRequest, pk: int) -> HttpResponse:
    dismiss(gig_id=pk, seller_id=int(request.user.pk or 0), at=clock.now())
    messages.success(request, _("Put away. We will not say it again for sixty days."))
    return redirect("gigs:mine")
