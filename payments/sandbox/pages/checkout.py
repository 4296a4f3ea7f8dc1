"""The hosted Checkout page: what is bought, the card form, and the way back to the shop."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from payments.sandbox import identifiers, runtime
from payments.sandbox.core import cards, checkout
from payments.sandbox.core.cards import Card
from payments.sandbox.pages.render import message
from payments.sandbox.pages.render import page as render
from payments.sandbox.store import Obj, Tx

NOT_A_TEST_CARD = "This is not one of Stripe's test cards. Real cards never belong here; take one from the list below."


def _attributes(**given: str) -> dict[str, Any]:
    return {name.replace("_", "-"): value for name, value in given.items()}


class CardForm(forms.Form):
    email = forms.EmailField(
        label="Email", max_length=200, widget=forms.EmailInput(attrs=_attributes(autocomplete="email"))
    )
    number = forms.CharField(
        label="Card number",
        max_length=30,
        widget=forms.TextInput(
            attrs=_attributes(inputmode="numeric", autocomplete="off", placeholder="1234 1234 1234 1234")
        ),
    )
    expiry = forms.CharField(
        label="Expiry",
        max_length=7,
        widget=forms.TextInput(attrs=_attributes(inputmode="numeric", autocomplete="off", placeholder="MM / YY")),
    )
    cvc = forms.CharField(
        label="CVC",
        max_length=4,
        widget=forms.TextInput(attrs=_attributes(inputmode="numeric", autocomplete="off", placeholder="CVC")),
    )
    name = forms.CharField(
        label="Cardholder name", max_length=200, widget=forms.TextInput(attrs=_attributes(autocomplete="cc-name"))
    )

    def clean_number(self) -> Card:
        card = cards.find(self.cleaned_data["number"])
        if card is None:
            raise forms.ValidationError(NOT_A_TEST_CARD)
        return card

    def clean_expiry(self) -> tuple[int, int]:
        found = re.fullmatch(r"(\d{1,2}) ?/? ?(?:20)?(\d{2})", self.cleaned_data["expiry"].strip())
        month, year = (int(found[1]), 2000 + int(found[2])) if found else (0, 0)
        if not 1 <= month <= 12:
            raise forms.ValidationError("Write the expiry as MM / YY.")
        today = datetime.now(UTC)
        if (year, month) < (today.year, today.month):
            raise forms.ValidationError("Your card's expiry date is in the past.")
        return month, year

    def clean_cvc(self) -> str:
        if not re.fullmatch(r"\d{3,4}", self.cleaned_data["cvc"]):
            raise forms.ValidationError("Your card's security code is incomplete.")
        return str(self.cleaned_data["cvc"])


def page(request: HttpRequest, session_id: str) -> HttpResponse:
    with runtime.store().transaction() as tx:
        session = tx.find("checkout.session", session_id)
    if session is None:
        return message(request, "Nothing here", "This payment page does not exist.", status=404)
    form = CardForm(request.POST or None, initial={"email": session["customer_email"]})
    if request.method == "POST" and form.is_valid():
        session, problem = _pay(session_id, form.cleaned_data)
        if problem:
            form.add_error("number", problem)
    if session["status"] == "complete":
        return _done(request, session)
    if session["status"] == "expired" or session["expires_at"] <= identifiers.now():
        return _expired(request, session)
    return _show(request, session, form)


def receipt(request: HttpRequest, charge_id: str) -> HttpResponse:
    with runtime.store().transaction() as tx:
        charge = tx.find("charge", charge_id)
    if charge is None:
        return message(request, "Nothing here", "This receipt does not exist.", status=404)
    return render(request, "receipt.html", {"charge": charge})


def _pay(session_id: str, given: dict[str, Any]) -> tuple[Obj, str]:
    """The session afterwards, and the bank's refusal if there is one. Two submits at once pay once."""
    month, year = given["expiry"]
    payer = checkout.Payer(email=given["email"], name=given["name"], exp_month=month, exp_year=year)
    with runtime.store().transaction() as tx:
        session = _fresh(tx, session_id)
        if session["status"] != "open":
            return session, ""
        checkout.pay(tx, session, given["number"], payer)
        return session, "" if session["status"] == "complete" else checkout.refusal(tx, session)


def _fresh(tx: Tx, session_id: str) -> Obj:
    """The session as it is now that nobody else can change it; its time may have run out meanwhile."""
    checkout.expire_when_due(tx, session_id)
    session = tx.find("checkout.session", session_id)
    if session is None:
        raise LookupError(session_id)
    return session


def _show(request: HttpRequest, session: Obj, form: CardForm) -> HttpResponse:
    items = [
        item | {"note": product.get("description", "")}
        for item, product in zip(session["_line_items"], session["_products"], strict=True)
    ]
    context = {"session": session, "items": items, "form": form, "cards": cards.CARDS.values()}
    return render(request, "checkout.html", context, status=400 if form.errors else 200)


def _done(request: HttpRequest, session: Obj) -> HttpResponse:
    target = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
    if request.method == "POST":
        response = HttpResponseRedirect(target)
        response.status_code = 303
        return response
    return message(request, "This payment is done", "You have paid already; nothing is due.", link=target)


def _expired(request: HttpRequest, session: Obj) -> HttpResponse:
    text = "The time to pay ran out, and nothing was charged. Go back and start again."
    return message(request, "This payment page has expired", text, status=410, link=session["cancel_url"] or "")
