"""Forms of deeds by hand. They read what was typed; what it means is checked by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.kernel import currencies, words
from marketplace.kernel.errors import DomainError
from marketplace.kernel.money import Money, parse
from payments.ledger.kinds import Kind
from payments.models import DeedKind
from payments.selectors.deeds import Subject
from payments.services.manual import DeedRequest
from payments.services.manual_kinds import POSTABLE
from payments.web.staff.words import account_words


class DeedForm(forms.Form):
    """Amount and reason; the currency where the subject does not say it, two accounts for a posting."""

    amount = forms.CharField(
        label=_("Amount"), widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )
    currency = forms.ChoiceField(label=_("Currency"))
    debit = forms.ChoiceField(
        label=_("Debit"), help_text=_("What it is spent on, or where it comes to: grows by a debit if it is an asset.")
    )
    credit = forms.ChoiceField(label=_("Credit"), help_text=_("Where it comes from."))
    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        help_text=_("For whoever confirms it, and whoever reads it in a year."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
    )

    def __init__(self, kind: DeedKind, subject: Subject, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind, self.subject = kind, subject
        self.fields["currency"].choices = [(code, code) for code in currencies.settled()]  # type: ignore[attr-defined]
        accounts = [(kind.value, account_words(kind)) for kind in POSTABLE]
        for name in ("debit", "credit"):
            self.fields[name].choices = [("", _("Choose an account")), *accounts]  # type: ignore[attr-defined]
        self._leave_out()

    def _leave_out(self) -> None:
        if self.kind != DeedKind.POSTING:
            del self.fields["debit"], self.fields["credit"]
        if self.subject.most or len(currencies.settled()) == 1:
            del self.fields["currency"]
        if self.subject.is_whole:
            del self.fields["amount"]

    @property
    def known_currency(self) -> str:
        if self.subject.most:
            return self.subject.most.currency
        return str(self.cleaned_data.get("currency") or currencies.default())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.subject.is_whole:
            data["money"] = self.subject.most
        elif "amount" in data:
            data["money"] = self._money(data["amount"])
        return data

    def _money(self, text: str) -> Money | None:
        try:
            amount = parse(text, self.known_currency)
        except ValueError:
            example = words.typed_example(self.known_currency)
            self.add_error("amount", _("Write an amount, such as %s.") % example)
            return None
        most = self.subject.most
        if most and amount > most:
            self.add_error("amount", _("At most %(amount)s.") % {"amount": words.amount(most)})
        return amount

    def request(self, form_key: str, subject: str) -> DeedRequest:
        """What a valid form asks for."""
        amount: Money = self.cleaned_data["money"]
        legs: tuple[tuple[str, int, str, int], ...] = ()
        if self.kind == DeedKind.POSTING:
            debit, credit = Kind(self.cleaned_data["debit"]), Kind(self.cleaned_data["credit"])
            legs = (debit.value, 0, "", -amount.amount_minor), (credit.value, 0, "", amount.amount_minor)
        return DeedRequest(form_key, self.kind, amount, self.cleaned_data["reason"], subject, legs)

    def show(self, error: DomainError) -> None:
        """A refusal at its field, or above the form."""
        for name, message in (error.fields or {"": error.message}).items():
            self.add_error(name if name in self.fields else None, message)
