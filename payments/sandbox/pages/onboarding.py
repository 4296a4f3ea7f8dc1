"""The onboarding page of a connected account: name, country, bank, consent."""

from __future__ import annotations

import secrets

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from payments.sandbox import identifiers, runtime
from payments.sandbox.core import accounts, banks
from payments.sandbox.pages.countries import COUNTRIES
from payments.sandbox.pages.render import message
from payments.sandbox.pages.render import page as render
from payments.sandbox.store import Obj

OUTCOMES = (
    ("active", "Everything is verified at once"),
    ("pending", "Verification takes a while"),
    ("restricted", "A document is missing"),
)


class DetailsForm(forms.Form):
    name = forms.CharField(label="Full name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    country = forms.ChoiceField(label="Country", choices=COUNTRIES)
    bank_number = forms.CharField(
        label="IBAN or account number", max_length=50, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    outcome = forms.ChoiceField(label="Result of the checks", choices=OUTCOMES, required=False)
    agree = forms.BooleanField(label="I agree to the terms of the connected account")

    def clean_bank_number(self) -> str:
        number = banks.clean(self.cleaned_data["bank_number"])
        if not banks.valid(number):
            raise forms.ValidationError("Write an IBAN, or an account number of 5 to 17 digits.")
        return number


def page(request: HttpRequest, link_id: str) -> HttpResponse:
    link, account = _visit(request, link_id)
    if link is None or account is None:
        return message(request, "Nothing here", "This onboarding link does not exist.", status=404)
    if link["state"] == "spent":
        return HttpResponseRedirect(link["refresh_url"])
    if request.method == "POST" and "later" in request.POST:
        return _leave(link)
    form = DetailsForm(request.POST or None, initial=_initial(account))
    if account["country"]:
        form.fields["country"].disabled = True
    if request.method == "POST" and form.is_valid():
        _finish(link, account, form)
        return _leave(link)
    suggestions = {code: banks.suggestion(code) for code, _ in COUNTRIES}
    context = {"form": form, "link": link, "account": account, "suggestions": suggestions}
    return render(request, "setup.html", context, status=400 if form.errors else 200)


def express(request: HttpRequest, account_id: str) -> HttpResponse:
    """What a login link opens: the account holder's own view of balance and payouts."""
    with runtime.store().transaction() as tx:
        account = tx.find("account", account_id)
        payouts = tx.select("payout", account_id, limit=20)
    if account is None:
        return message(request, "Nothing here", "This account does not exist.", status=404)
    return render(request, "express.html", {"account": account, "payouts": payouts})


def _visit(request: HttpRequest, link_id: str) -> tuple[Obj | None, Obj | None]:
    """A link opens once: the first visit gets a ticket, and only that ticket can send the form."""
    with runtime.store().transaction() as tx:
        link = tx.find("account_link", link_id)
        if link is None:
            return None, None
        account = tx.find("account", link["account"])
        opened = request.method == "POST" and secrets.compare_digest(request.POST.get("ticket", ""), link["ticket"])
        fresh = link["state"] == "new" and link["expires_at"] > identifiers.now()
        if not (fresh or (opened and link["state"] == "opened")):
            return link | {"state": "spent"}, account
        link["state"] = "opened"
        tx.save(link)
        return link, account


def _finish(link: Obj, account: Obj, form: DetailsForm) -> None:
    given = form.cleaned_data
    details = accounts.Onboarding(
        name=given["name"],
        country=given["country"],
        bank_number=given["bank_number"],
        outcome=given["outcome"] or "active",
    )
    with runtime.store().transaction() as tx:
        accounts.onboard(tx, accounts.get(tx, account["id"]), details)


def _leave(link: Obj) -> HttpResponse:
    with runtime.store().transaction() as tx:
        tx.save(link | {"state": "spent"})
        accounts.returned(tx, link)
    response = HttpResponseRedirect(link["return_url"])
    response.status_code = 303
    return response


def _initial(account: Obj) -> dict[str, str]:
    return {"name": account["display_name"] or "", "country": account["country"] or "DE", "outcome": "active"}
