"""Steps 5 and 6 of the editor: the cover beside the gallery, and when and by whom a gig is ordered."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gigs import limits
from gigs.web.fields import DayHours
from marketplace.kernel import zones


class CoverForm(forms.Form):
    cover = forms.FileField(
        required=False,
        allow_empty_file=True,  # said in our own words
        max_length=200,
        label=gettext_lazy("Cover picture"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"}),
        help_text=gettext_lazy(
            "JPEG, PNG or WebP, at most 10 MB, best 1200 × 900. It becomes the first picture; without any, we draw one."
        ),
    )
    cover_key = forms.RegexField(
        r"^(covers|pictures)/[0-9a-f]{2}/[0-9a-f]{32}$", required=False, widget=forms.HiddenInput
    )


class HoursForm(forms.Form):
    keeps = forms.ChoiceField(
        label=gettext_lazy("When does the clock run?"),
        choices=[
            ("always", gettext_lazy("Around the clock")),
            ("hours", gettext_lazy("Only within my hours (for promises under a day)")),
        ],
        widget=forms.RadioSelect,
        initial="always",
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = [(name, name.replace("_", " ")) for name in _zones()]  # type: ignore[attr-defined]
        for weekday, name in WEEKDAYS.items():
            widget = forms.TextInput(attrs={"autocomplete": "off", "placeholder": _("closed")})
            self.fields[f"day_{weekday}"] = DayHours(weekday=weekday, label=name, widget=widget)

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[f"day_{weekday}"] for weekday in WEEKDAYS]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("keeps") == "hours" and not self.errors and not self.spans():
            self.add_error("keeps", _("Write the hours of at least one day."))
        return data

    def spans(self) -> tuple[tuple[int, int, int], ...]:
        return tuple(span for weekday in WEEKDAYS for span in self.cleaned_data.get(f"day_{weekday}") or ())


def _zones() -> list[str]:
    """Every zone that somebody may live in, under any of its names."""
    odd = ("Etc/", "posix/", "right/", "SystemV/", "Factory", "localtime", "posixrules")
    return sorted(name for name in zones.names() if not name.startswith(odd))


class AwayForm(forms.Form):
    """Until when nobody can order; the day is the seller's."""

    away_until = forms.DateField(
        required=False,
        label=gettext_lazy("Away until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Nobody can order before this day. It opens again by itself; running orders go on."),
    )

    def __init__(self, *args: Any, away_until: datetime | None = None, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.now = away_until, now

    def clean_away_until(self) -> datetime | None:
        """The beginning of the day, where the seller is; the same day as before stays to the minute."""
        day: date | None = self.cleaned_data["away_until"]
        if day is None:
            return None
        if self.known and timezone.localtime(self.known).date() == day:
            return self.known
        today = timezone.localtime(self.now).date()
        if not today < day <= today + timedelta(days=limits.AWAY_MAX_DAYS):
            raise forms.ValidationError(_("Choose a day after today, within a year."))
        return timezone.make_aware(datetime.combine(day, time.min))


class SellingForm(AwayForm):
    """Who may order, and how much at once."""

    asks_first = forms.BooleanField(
        required=False,
        label=gettext_lazy("I want to see requests first"),
        help_text=gettext_lazy(
            "Buyers pay only after your yes, which you give within 24 hours. Without it they order at once."
        ),
    )
    queue_limit = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=limits.QUEUE_MAX,
        label=gettext_lazy("Orders at once, at most"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("Paid orders of this gig that are running. When it is full, buyers can wait in line."),
    )
    is_private = forms.BooleanField(
        required=False,
        label=gettext_lazy("Only by its link"),
        help_text=gettext_lazy("In no list and no search. You get a link to give to whom you like."),
    )
