"""What a seller wants to earn in a month, as typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from payments.web.amounts import AmountsForm, typed_amount


class GoalForm(AmountsForm):
    amounts_of = "goal"

    def amount_field(self, code: str) -> forms.CharField:
        return typed_amount(
            _("Each month (%(code)s)") % {"code": code}, _("After fees. Empty: no goal in this currency.")
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for amount in self.amounts:
            if not amount:
                self.add_error(self._name(amount.currency), _("A goal is more than nothing."))
        return data
