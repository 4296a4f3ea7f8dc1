"""The day as of which a page is read: typed as a date, meant as the end of that day where the reader is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class AsOfForm(forms.Form):
    as_of = forms.DateField(
        label=_("As it stood at the end of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_as_of(self) -> date | None:
        day: date | None = self.cleaned_data["as_of"]
        if day and not _FIRST_YEAR <= day.year < _LAST_YEAR:
            raise forms.ValidationError(_("Choose a day of this century."))
        return day


@dataclass(frozen=True, slots=True)
class AsOf:
    form: AsOfForm
    day: date | None
    until: datetime | None  # the last moment of that day; None: now

    @property
    def query(self) -> str:
        """What keeps the day in further links."""
        return f"as_of={self.day.isoformat()}" if self.day else ""


def as_of(request: HttpRequest) -> AsOf:
    """A day that cannot be read is shown as wrong in the form, and the page stands as of now."""
    form = AsOfForm(request.GET or None)
    day = form.cleaned_data.get("as_of") if form.is_bound and form.is_valid() else None
    if day is None:
        return AsOf(form, None, None)
    midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return AsOf(form, day, midnight - timedelta(microseconds=1))
