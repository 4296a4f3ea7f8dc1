"""Forms of lists and of what is in them. What must hold is checked by the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gigs import limits
from gigs.favourites.contracts import ListRow
from gigs.web.fields import CleanText


class KeepForm(forms.Form):
    """Where something is kept, and a word about it."""

    list = forms.TypedChoiceField(label=_("List"), coerce=int)
    note = CleanText(
        label=_("Note"),
        help_text=_("Only you see it."),
        max_length=limits.LIST_NOTE_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, lists: Sequence[ListRow], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["list"].choices = [(row.id, row.label) for row in lists]  # type: ignore[attr-defined]


class ListForm(forms.Form):
    name = CleanText(
        label=_("Name"), max_length=limits.LIST_NAME_MAX, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
