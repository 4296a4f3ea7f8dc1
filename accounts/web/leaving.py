"""A copy of one's data, and the way out."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.leaving import closing, exporting
from accounts.models import User
from accounts.sections import tabs
from accounts.web.forms import add_error
from accounts.web.guards import signed_in
from marketplace.kernel import clock, files
from marketplace.kernel.errors import Conflict, InvalidInput


class CloseForm(forms.Form):
    """That they mean it: their own handle, typed."""

    handle = forms.CharField(label=gettext_lazy("Your handle"), max_length=40)

    def __init__(self, user: User, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.user = user

    def clean_handle(self) -> str:
        typed = str(self.cleaned_data["handle"]).strip().lower().removeprefix("@")
        if typed != self.user.handle:
            raise forms.ValidationError(_("Type @%(handle)s to close the account.") % {"handle": self.user.handle})
        return typed


@login_required
@require_safe
def leaving(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    export = exporting.latest(user.pk)
    context = {
        "tabs": tabs("accounts:leaving"),
        "export": export,
        "goes_at": export.asked_at + exporting.KEPT_FOR if export else None,
        "may_ask": export is None or export.asked_at <= clock.now() - exporting.PAUSE,
    }
    return render(request, "accounts/settings_leaving.html", context)


@login_required
@require_POST
def ask_copy(request: HttpRequest) -> HttpResponse:
    try:
        exporting.ask(user_id=signed_in(request).pk, at=clock.now())
    except Conflict as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("We are making your copy and write to you when it is ready."))
    return redirect("accounts:leaving")


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
@require_safe
def copy(request: HttpRequest, export_id: int) -> FileResponse:
    return files.response(exporting.file_of(signed_in(request).pk, export_id), request.headers.get("Range", ""))


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = CloseForm(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            closing.close(user_id=user.pk, at=clock.now())
        except Conflict as error:
            add_error(form, InvalidInput(error.message))
        else:
            logout(request)
            messages.success(request, _("Your account is closed. We have sent you a letter about it."))
            return redirect("pages:home")
    context = {"tabs": tabs("accounts:leaving"), "form": form, "open": closing.open_things(user)}
    return render(request, "accounts/close_account.html", context, status=422 if form.is_bound else 200)
