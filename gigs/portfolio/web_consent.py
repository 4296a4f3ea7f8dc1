"""A buyer sees exactly what would be shown of their order, and says yes or no, or changes their mind."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gigs.portfolio import consent, selectors
from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict


class AnswerForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    named = forms.BooleanField(required=False)


@login_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Everything that sellers asked this buyer about, page by page."""
    shown, following = selectors.asked_of(_reader(request), request.GET.get("after", ""))
    context = {"asked": shown, "next_url": f"?after={following}" if following else ""}
    return render(request, "gigs/portfolio/asked.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    shown = selectors.asked_piece(pk, _reader(request))
    form, status = AnswerForm(request.POST or None), 200
    if form.is_valid():
        said = form.cleaned_data
        try:
            consent.answer(
                piece_id=pk, buyer_id=_reader(request), version=said["version"], is_yes=said["answer"] == "yes",
                is_named=said["named"], at=clock.now(),
            )  # fmt: skip
        except Conflict as error:
            messages.warning(request, error.message)
            shown = selectors.asked_piece(pk, _reader(request))
        else:
            is_yes = said["answer"] == "yes"
            messages.success(request, _("Thank you. It may be shown.") if is_yes else _("It is not shown."))
            return redirect("gigs:consent", pk)
    if form.is_bound:
        status = 422
    context = {"asked": shown, "piece": shown.piece, "view": shown.view, "seller": shown.seller, "form": form}
    context["is_named"] = form["named"].value() if form.is_bound else shown.piece.names_buyer
    return render(request, "gigs/portfolio/consent.html", context, status=status)


def _reader(request: HttpRequest) -> int:
    return int(request.user.pk or 0)
