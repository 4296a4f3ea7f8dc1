"""Forms that ask for an amount in each currency; an empty one is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.kernel import words
from marketplace.kernel.money import LARGEST_MINOR, Money, parse


class AmountsForm(forms.Form):
    """``amounts_of`` names the fields: "steady" makes ``steady_eur``. A subclass says what an amount means."""

    amounts_of = "amount"

    def __init__(
        self, data: Any = None, *, amounts_minor: Mapping[str, int], currencies: list[str], initial: Any = None
    ) -> None:
        known = {self._name(code): Money(minor, code).plain for code, minor in amounts_minor.items()}
        super().__init__(data, initial={**(initial or {}), **known})
        self.currencies = currencies
        for code in currencies:
            self.fields[self._name(code)] = self.amount_field(code)

    def amount_field(self, code: str) -> forms.CharField:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for code in self.currencies:
            text = (data.get(self._name(code)) or "").strip()
            if text:
                self._read(code, text)
        return data

    def _read(self, code: str, text: str) -> None:
        try:
            amount = parse(text, code)
        except ValueError:
            self.add_error(self._name(code), _("Write an amount, such as 50 or 50.00, or leave it empty."))
            return
        if amount.amount_minor > LARGEST_MINOR:
            self.add_error(self._name(code), _("That is more than anybody can be paid."))
        self.cleaned_data[self._name(code)] = amount

    @property
    def amounts(self) -> list[Money]:
        """What was typed and is an amount."""
        found = [self.cleaned_data.get(self._name(code)) for code in self.currencies]
        return [amount for amount in found if isinstance(amount, Money)]

    @property
    def amount_fields(self) -> list[tuple[Any, str]]:
        """For the template: each field with the symbol that stands beside it."""
        return [(self[self._name(code)], words.symbol(code)) for code in self.currencies]

    def _name(self, code: str) -> str:
        return f"{self.amounts_of}_{code.lower()}"


def typed_amount(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
