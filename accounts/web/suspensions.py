"""Staff's pages for suspensions: who is out, one person's history, the appeal's answer."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import selectors
from accounts.models import User
from accounts.services import suspensions
from accounts.web.forms import add_error
from accounts.web.guards import signed_in
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, NotAllowed


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("They read it as you write it, by mail and when they sign in."),
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": 4000}),
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Answer to the appeal"), widget=forms.Textarea(attrs={"rows": 4, "maxlength": 4000})
    )


def _staff(request: HttpRequest) -> User:
    """Moderators, and who may edit people in the admin. Raises NotAllowed."""
    user = signed_in(request)
    if not (user.is_moderator or user.has_perm("accounts.change_user")):
        raise NotAllowed(_("This page is for moderators."))
    return user


@login_required
@require_safe
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """Appeals that wait first; ``?who=`` finds a person by address or @handle."""
    _staff(request)
    asked = request.GET.get("who", "").strip()
    found = selectors.id_of(asked) if asked else None
    if found:
        return redirect("accounts:suspension", found)
    context = {"rows": selectors.open_suspensions(), "asked": asked}
    return render(request, "accounts/suspensions.html", context)


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person; a POST suspends them."""
    reader = _staff(request)
    user = get_object_or_404(User, pk=user_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            suspensions.suspend(user_id=user.pk, by_id=reader.pk, reason=form.cleaned_data["reason"], at=clock.now())
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Suspended. They have been told why."))
            return redirect("accounts:suspension", user.pk)
    return _page(request, user, form, AnswerForm())


def _page(request: HttpRequest, user: User, form: forms.Form, answer: forms.Form) -> HttpResponse:
    history = selectors.suspensions_of(user.pk)
    running = next((row for row in history if row.lifted_at is None), None)
    context = {"person": user, "history": history, "running": running, "form": form, "answer_form": answer}
    if running and running.waits_for_an_answer:
        context["cannot_answer"] = suspensions.reason_against_answering(running, int(request.user.pk or 0))
    status = 422 if form.is_bound or answer.is_bound else 200
    return render(request, "accounts/suspension.html", context, status=status)


@login_required
@require_POST
def lift(request: HttpRequest, user_id: int) -> HttpResponse:
    reader = _staff(request)
    suspensions.reinstate(user_id=user_id, by_id=reader.pk, at=clock.now())
    messages.success(request, _("Lifted. Their orders go on."))
    return redirect("accounts:suspension", user_id)


@login_required
@require_POST
def answer(request: HttpRequest, user_id: int, suspension_id: int) -> HttpResponse:
    """The button says whether the suspension ends with it."""
    reader, form = _staff(request), AnswerForm(request.POST)
    lifts = request.POST.get("lifts") == "yes"
    if form.is_valid():
        text = form.cleaned_data["answer"]
        try:
            suspensions.answer_appeal(
                suspension_id=suspension_id, by_id=reader.pk, lifts=lifts, text=text, at=clock.now()
            )
        except DomainError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Answered."))
            return redirect("accounts:suspension", user_id)
    return _page(request, get_object_or_404(User, pk=user_id), ReasonForm(), form)
