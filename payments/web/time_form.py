"""How long something took, as typed: minutes, or hours and minutes."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.models.planning import MOST_MINUTES

_HOUR = 60


class TimeForm(forms.Form):
    time = forms.CharField(
        label=_("Time it took"),
        required=False,
        max_length=10,
        help_text=_("Minutes, such as 90, or hours and minutes, such as 1:30. Empty forgets it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 8}),
    )

    def clean_time(self) -> int | None:
        text = self.cleaned_data["time"].strip()
        if not text:
            return None
        minutes = read_minutes(text)
        if minutes is None or not 1 <= minutes <= MOST_MINUTES:
            raise forms.ValidationError(
                _("Write minutes, such as 90, or hours and minutes, such as 1:30; at most %(hours)d hours."),
                params={"hours": MOST_MINUTES // _HOUR},
            )
        return minutes

    @property
    def minutes(self) -> int | None:
        found: Any = self.cleaned_data["time"]
        return found if isinstance(found, int) else None


def read_minutes(text: str) -> int | None:
    """``90`` or ``1:30``; None where it is neither."""
    match = re.fullmatch(r"(\d{1,5})(?::([0-5]\d))?", text, re.ASCII)
    if match is None:
        return None
    return int(match[1]) if match[2] is None else int(match[1]) * _HOUR + int(match[2])


def write_minutes(minutes: int | None) -> str:
    """As it is typed: ``1:30``."""
    return "" if minutes is None else f"{minutes // _HOUR}:{minutes % _HOUR:02}"
