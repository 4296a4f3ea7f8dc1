"""The one page of a suspended person: why, what happens meanwhile, and an appeal. They are not signed in anywhere."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import selectors
from accounts.models import Suspension, User
from accounts.services import suspensions
from accounts.web.forms import add_error
from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict, InvalidInput

# In the session of a visitor who has shown that the account is theirs. It opens this page and nothing else.
_KEY = "suspended_person"


class AppealForm(forms.Form):
    text = forms.CharField(
        label=_("Your appeal"),
        help_text=_("What we have overlooked, and what you will do. Somebody else reads it than who suspended you."),
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": 4000}),
    )


def let_in(request: HttpRequest, user_id: int) -> None:
    """After their password was right."""
    request.session.cycle_key()
    request.session[_KEY] = user_id


@require_http_methods(["GET", "POST"])
@never_cache
def suspended(request: HttpRequest) -> HttpResponse:
    """A POST appeals."""
    found = _suspension(request)
    if found is None:
        request.session.pop(_KEY, None)
        return redirect("account_login")
    form = AppealForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            suspensions.appeal(user_id=found.user_id, text=form.cleaned_data["text"], at=clock.now())
        except InvalidInput as error:
            add_error(form, error)
        except Conflict:
            return redirect("accounts:suspended")
        else:
            return redirect("accounts:suspended")
    status = 422 if form.is_bound else 200
    within = suspensions.ANSWERED_WITHIN
    return render(request, "accounts/suspended.html", {"found": found, "form": form, "within": within}, status=status)


def _suspension(request: HttpRequest) -> Suspension | None:
    user_id = request.session.get(_KEY)
    if not isinstance(user_id, int) or not User.objects.filter(pk=user_id, suspended_at__isnull=False).exists():
        return None
    return next((row for row in selectors.suspensions_of(user_id) if row.lifted_at is None), None)
