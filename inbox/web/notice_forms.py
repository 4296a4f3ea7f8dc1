"""When notices may come."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.rhythm import Pace, Rhythm

_MONDAY = date(2024, 1, 1)


def _clock() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class NoticeTimesForm(forms.Form):
    pace = forms.ChoiceField(
        label=gettext_lazy("Mail that can wait"),
        choices=Pace.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("What you have read on the site by then is left out of a collected letter."),
    )
    hour = forms.TypedChoiceField(label=gettext_lazy("Collected letters come at"), coerce=int)
    weekday = forms.TypedChoiceField(label=gettext_lazy("Once a week on"), coerce=int)
    quiet_from = forms.TimeField(label=gettext_lazy("Quiet from"), required=False, widget=_clock())
    quiet_to = forms.TimeField(label=gettext_lazy("until"), required=False, widget=_clock())

    def __init__(self, data: Any = None, *, rhythm: Rhythm) -> None:
        known = {
            "pace": rhythm.pace,
            "hour": rhythm.hour,
            "weekday": rhythm.weekday,
            "quiet_from": _time(rhythm.quiet_from),
            "quiet_to": _time(rhythm.quiet_to),
        }
        super().__init__(data, initial=known)
        self.zone = rhythm.zone
        hours = [(hour, f"{hour:02}:00") for hour in range(24)]
        days = [(day, date_format(_MONDAY + timedelta(days=day), "l")) for day in range(7)]
        self.fields["hour"].choices, self.fields["weekday"].choices = hours, days  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("quiet_from"), data.get("quiet_to")
        if {"quiet_from", "quiet_to"} & set(self.errors):
            return data
        if (start is None) != (end is None):
            missing = "quiet_to" if end is None else "quiet_from"
            self.add_error(missing, _("Quiet hours need a beginning and an end; leave both empty for none."))
        elif start is not None and _minute(start) == _minute(end):
            self.add_error("quiet_to", _("Quiet hours end at another time than they begin."))
        return data

    def rhythm(self) -> Rhythm:
        data = self.cleaned_data
        start, end = _minute(data["quiet_from"]), _minute(data["quiet_to"])
        return Rhythm(self.zone, data["pace"], data["hour"], data["weekday"], start, end)


def _time(minute: int | None) -> time | None:
    return None if minute is None else time(*divmod(minute, 60))


def _minute(value: time | None) -> int | None:
    return None if value is None else 60 * value.hour + value.minute
