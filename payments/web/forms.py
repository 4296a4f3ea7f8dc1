"""Forms of money: tax details, and the period of an export."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import api as people
from marketplace.kernel.errors import DomainError
from payments.documents.export.formats import FORMATS
from payments.documents.profiles import TaxDetails
from payments.models import VatScheme

_KINDS = [("private", _("A private person")), ("business", _("A business or self-employed"))]
_SCHEMES = [
    (VatScheme.NONE.value, _("I charge no VAT")),
    (VatScheme.SMALL.value, _("I am exempt as a small business")),
    (VatScheme.CHARGED.value, _("I charge VAT")),
]


class TaxForm(forms.Form):
    """Who a person is to the tax office; the service checks what goes together."""

    kind = forms.ChoiceField(label=_("You are"), choices=_KINDS, initial="private", widget=forms.RadioSelect)
    legal_name = forms.CharField(
        label=_("Legal name"), max_length=200, help_text=_("Your full name, or your company's as registered.")
    )
    street = forms.CharField(label=_("Street and number"), max_length=200)
    street_more = forms.CharField(label=_("More of the address"), max_length=200, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    city = forms.CharField(label=_("City"), max_length=100)
    country = forms.ChoiceField(label=_("Country"))
    tax_id = forms.CharField(
        label=_("VAT or tax number"), max_length=40, required=False, help_text=_("With its prefix: IE6388047V.")
    )
    vat_scheme = forms.ChoiceField(
        label=_("VAT on what you sell"), choices=_SCHEMES, initial=VatScheme.NONE.value, widget=forms.RadioSelect
    )
    vat_rate = forms.DecimalField(
        label=_("Rate of VAT"),
        required=False,
        min_value=0,
        max_value=50,
        decimal_places=2,
        help_text=_("It is contained in your prices: nobody pays more than the price on your gig."),
    )
    note = forms.CharField(
        label=_("Sentence on your invoices"),
        max_length=300,
        required=False,
        help_text=_("For example the paragraph of your exemption."),
    )

    def __init__(self, *args: Any, is_seller: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", _("Choose a country")), *people.country_names().items()]  # type: ignore[attr-defined]
        for name in () if is_seller else ("vat_scheme", "vat_rate", "note"):
            del self.fields[name]

    @staticmethod
    def known(details: TaxDetails) -> dict[str, Any]:
        """What was saved, as the form's initial values."""
        rate = Decimal(details.vat_basis_points).scaleb(-2).normalize() if details.vat_basis_points else None
        kind = "business" if details.is_business else "private"
        return asdict(details) | {"kind": kind, "vat_rate": f"{rate:f}" if rate is not None else None}

    @property
    def details(self) -> TaxDetails:
        """What was typed, once the form is valid; a buyer's form has no VAT of their own."""
        data = dict(self.cleaned_data)
        is_business, rate = data.pop("kind") == "business", data.pop("vat_rate", None)
        return TaxDetails(**data, is_business=is_business, vat_basis_points=int(rate * 100) if rate else 0)

    def add_refusal(self, error: DomainError) -> None:
        for name, message in error.fields.items() or [("", error.message)]:
            self.add_error(name if name in self.fields else None, message)


class ExportForm(forms.Form):
    """A period of days and a format."""

    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    format = forms.ChoiceField(label=_("Format"), choices=[(name, name) for name in FORMATS])

    def add_refusal(self, error: DomainError) -> None:
        for name, message in error.fields.items() or [("", error.message)]:
            self.add_error(name if name in self.fields else None, message)
