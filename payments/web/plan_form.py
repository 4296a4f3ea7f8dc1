"""How a seller wants to be paid, as typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from marketplace.kernel import words
from marketplace.kernel.errors import DomainError
from marketplace.kernel.money import Money, parse
from payments.contracts import Schedule
from payments.rules import minimum
from payments.selectors.plans import Plan

_SCHEDULES = (
    (Schedule.WEEKLY.value, _("Every week, on one day")),
    (Schedule.DAILY.value, _("Every day")),
    (Schedule.MANUAL.value, _("Only when I ask for it")),
)


class PlanForm(forms.Form):
    schedule = forms.ChoiceField(label=_("How often"), choices=_SCHEDULES, widget=forms.RadioSelect)
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"), coerce=int, choices=[(day, WEEKDAYS[day]) for day in range(7)]
    )

    def __init__(self, data: Any = None, *, plan: Plan, currencies: list[str]) -> None:
        initial = {"schedule": plan.schedule.value, "weekday": plan.weekday}
        initial |= {_name(code): Money(amount, code).plain for code, amount in plan.steady_minor.items()}
        super().__init__(data, initial=initial)
        self.currencies = currencies
        for code in currencies:
            self.fields[_name(code)] = _amount(code)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for code in self.currencies:
            text = (data.get(_name(code)) or "").strip()
            if text:
                self._read(code, text)
        return data

    def _read(self, code: str, text: str) -> None:
        try:
            self.cleaned_data[_name(code)] = parse(text, code)
        except ValueError:
            self.add_error(_name(code), _("Write an amount, such as 50 or 50.00, or leave it empty."))

    @property
    def steady(self) -> list[Money]:
        """What was typed and is an amount."""
        amounts = [self.cleaned_data.get(_name(code)) for code in self.currencies]
        return [amount for amount in amounts if isinstance(amount, Money)]

    @property
    def steady_fields(self) -> list[tuple[Any, str]]:
        """For the template: each field with the symbol that stands beside it."""
        return [(self[_name(code)], words.symbol(code)) for code in self.currencies]

    def show(self, error: DomainError) -> None:
        """What a service refused stands at its field."""
        for name, message in error.fields.items():
            self.add_error(name if name in self.fields else None, message)
        if not error.fields:
            self.add_error(None, error.message)


def _name(code: str) -> str:
    return f"steady_{code.lower()}"


def _amount(code: str) -> forms.CharField:
    least = words.amount(minimum(code))
    return forms.CharField(
        label=_("At most this much a week (%(code)s)") % {"code": code},
        help_text=_("Empty: everything that is there. At least %(amount)s.") % {"amount": least},
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
