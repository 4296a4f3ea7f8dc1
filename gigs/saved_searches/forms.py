"""The form of a saved search."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from gigs import limits
from gigs.saved_searches.states import Pace
from gigs.web.fields import CleanText

PACES = {
    Pace.HOURLY: _("At once (looked at every hour)"),
    Pace.DAILY: _("Once a day"),
    Pace.WEEKLY: _("Once a week"),
    Pace.NEVER: _("Never, I look myself"),
}


class SearchForm(forms.Form):
    name = CleanText(
        label=_("Name"), max_length=limits.SEARCH_NAME_MAX, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    pace = forms.TypedChoiceField(
        label=_("Tell me of new gigs"),
        help_text=_("By a notice here and by mail, only when there is something new."),
        coerce=Pace,
        choices=[(pace.value, name) for pace, name in PACES.items()],
        initial=Pace.DAILY.value,
    )
