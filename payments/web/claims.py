"""Money that waits for a buyer."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, InvalidInput, NotFound
from payments import api


class BankForm(forms.Form):
    holder = forms.CharField(
        label=gettext_lazy("Name on the account"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    iban = forms.CharField(
        label=gettext_lazy("IBAN"),
        max_length=42,
        help_text=gettext_lazy("As on your bank statement; spaces do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


@login_required
@require_safe
def owed(request: HttpRequest) -> HttpResponse:
    return render(request, "payments/owed.html", {"owed": api.owed_to(int(request.user.pk or 0))})


@login_required
@require_POST
def try_card_again(request: HttpRequest, refund_id: uuid.UUID) -> HttpResponse:
    try:
        api.try_card_again(refund_id=refund_id, user_id=int(request.user.pk or 0), at=clock.now())
    except NotFound:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("On its way to your card. Banks take five to ten days."))
    return redirect("payments:owed")


@login_required
def to_bank(request: HttpRequest, refund_id: uuid.UUID) -> HttpResponse:
    """A form of its own, so that what was typed and what is wrong with it stand on one page."""
    user_id = int(request.user.pk or 0)
    row = next((row for row in api.owed_to(user_id) if row.refund_id == refund_id), None)
    if row is None:
        raise NotFound(_("This money is not waiting any more."))
    form = BankForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            api.ask_bank(refund_id=refund_id, user_id=user_id, at=clock.now(), **form.cleaned_data)
        except InvalidInput as error:
            for name, message in error.fields.items():
                form.add_error(name, message)
        else:
            messages.success(request, _("Noted. We send it to that account within three working days."))
            return redirect("payments:owed")
    status = 422 if form.errors else 200
    return render(request, "payments/owed_bank.html", {"form": form, "row": row}, status=status)
