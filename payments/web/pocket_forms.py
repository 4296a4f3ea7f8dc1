"""A pocket, as typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.errors import DomainError
from payments.models import Pocket, Rhythm
from payments.models.planning import POCKET_NAME_MAX, WHOLE_PERCENT
from payments.pockets.services import PocketDraft

STARTERS = {"tax": _("Tax"), "holiday": _("Holiday"), "insurance": _("Insurance"), "pension": _("Pension")}


class PocketForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=POCKET_NAME_MAX)
    percent = forms.IntegerField(
        label=_("Percentage of each payout"),
        min_value=1,
        max_value=WHOLE_PERCENT,
        help_text=_("A whole number. It counts from now on."),
    )
    rhythm = forms.ChoiceField(label=_("Remind me"), choices=Rhythm.choices, required=False)
    remind_on = forms.DateField(
        label=_("First reminder on"),
        required=False,
        help_text=_("Such as the day on which your tax is due. The next ones follow from it."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("rhythm") and not data.get("remind_on") and "remind_on" not in self.errors:
            self.add_error("remind_on", _("Say on which day first."))
        return data

    @property
    def draft(self) -> PocketDraft:
        data = self.cleaned_data
        return PocketDraft(data["name"], data["percent"], Rhythm(data["rhythm"]), data["remind_on"])

    def show(self, error: DomainError) -> None:
        """What a service refused stands at its field."""
        for name, message in error.fields.items():
            self.add_error(name if name in self.fields else None, message)
        if not error.fields:
            self.add_error(None, error.message)


def typed(pocket: Pocket, percent: int) -> dict[str, object]:
    """A pocket as its form begins."""
    return {"name": pocket.name, "percent": percent, "rhythm": pocket.rhythm, "remind_on": pocket.remind_on}
