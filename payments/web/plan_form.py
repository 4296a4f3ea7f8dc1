"""How a seller wants to be paid, as typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from marketplace.kernel import words
from marketplace.kernel.errors import DomainError
from payments.contracts import Schedule
from payments.rules import minimum
from payments.selectors.plans import Plan
from payments.web.amounts import AmountsForm, typed_amount

_SCHEDULES = (
    (Schedule.WEEKLY.value, _("Every week, on one day")),
    (Schedule.DAILY.value, _("Every day")),
    (Schedule.MANUAL.value, _("Only when I ask for it")),
)


class PlanForm(AmountsForm):
    schedule = forms.ChoiceField(label=_("How often"), choices=_SCHEDULES, widget=forms.RadioSelect)
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"), coerce=int, choices=[(day, WEEKDAYS[day]) for day in range(7)]
    )
    amounts_of = "steady"

    def __init__(self, data: Any = None, *, plan: Plan, currencies: list[str]) -> None:
        initial = {"schedule": plan.schedule.value, "weekday": plan.weekday}
        super().__init__(data, amounts_minor=plan.steady_minor, currencies=currencies, initial=initial)

    def amount_field(self, code: str) -> forms.CharField:
        least = words.amount(minimum(code))
        return typed_amount(
            _("At most this much a week (%(code)s)") % {"code": code},
            _("Empty: everything that is there. At least %(amount)s.") % {"amount": least},
        )

    def show(self, error: DomainError) -> None:
        """What a service refused stands at its field."""
        for name, message in error.fields.items():
            self.add_error(name if name in self.fields else None, message)
        if not error.fields:
            self.add_error(None, error.message)
