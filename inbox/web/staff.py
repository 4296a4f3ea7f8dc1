"""Reports for staff: what waits, and one of them with what was said."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts import api as accounts
from inbox import reports
from inbox.models import Report
from inbox.web.readers import reader_of
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, NotFound

_PAGE = 50


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Your decision"), choices=Report.Outcome.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("What you tell them"),
        help_text=gettext_lazy("Goes to the person who is warned. Who reported them is not said."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") == Report.Outcome.WARNED and not data.get("words"):
            self.add_error("words", _("Say what they should do otherwise."))
        return data


def _staff(request: HttpRequest) -> int:
    """Raises NotFound: nobody else learns that the page exists."""
    user_id = reader_of(request)
    if not accounts.is_moderator(user_id):
        raise NotFound(_("There is no such page."))
    return user_id


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    waiting = reports.waiting(_staff(request), _PAGE + 1)
    context = {"reports": waiting[:_PAGE], "has_more": len(waiting) > _PAGE}
    return render(request, "inbox/reports.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    staff_id = _staff(request)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reports.decide(report_id=report_id, staff_id=staff_id, at=clock.now(), **form.cleaned_data)
        except NotFound:
            raise
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Decided. Whoever reported it has been told."))
            return redirect("inbox:reports")
    return render(request, "inbox/report_staff.html", {"form": form, "shown": reports.shown(report_id, staff_id)})
