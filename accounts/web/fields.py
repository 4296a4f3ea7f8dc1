"""Form fields for what a profile holds."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts import links
from accounts.hours import MINUTES_A_DAY, Span, merged
from marketplace.kernel import words
from marketplace.kernel.errors import InvalidInput

_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|—|to)\s*(\d{1,2})(?:[:.](\d{2}))?")


class CommaList(forms.CharField):
    """Several short words in one line; doubles and blanks are dropped."""

    def __init__(self, *, max_items: int, item_length: int = 40, **kwargs: Any) -> None:
        super().__init__(max_length=max_items * (item_length + 2), **kwargs)
        self.max_items, self.item_length = max_items, item_length

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:  # a list comes out, by intent
        words = [" ".join(word.split()) for word in super().clean(value).split(",")]
        items = list(dict.fromkeys(word for word in words if word))
        if len(items) > self.max_items:
            raise forms.ValidationError(_("Name at most %(limit)s.") % {"limit": self.max_items})
        if any(len(item) > self.item_length for item in items):
            raise forms.ValidationError(_("Keep each under %(limit)s characters.") % {"limit": self.item_length})
        return items


class LinkLines(forms.CharField):
    """Web addresses, one per line."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:  # a list comes out, by intent
        try:
            return links.cleaned(super().clean(value).splitlines())
        except InvalidInput as error:
            raise forms.ValidationError(error.message) from error


class DaySpans(forms.CharField):
    """The hours of one weekday: ``9-12:30, 14:00-18:00``; empty: closed."""

    def __init__(self, *, weekday: int, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=80, **kwargs)
        self.weekday = weekday

    def prepare_value(self, value: Any) -> Any:
        return words.times_of_day(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[Span]:  # a list comes out, by intent
        text = super().clean(value)
        return merged(self._span(part.strip()) for part in text.split(",") if part.strip())

    def _span(self, text: str) -> Span:
        match = _SPAN.fullmatch(text)
        if match is None:
            raise forms.ValidationError(_("Write hours like 9:00–17:00, several with a comma between."))
        start_hour, start_minute, end_hour, end_minute = (int(group or 0) for group in match.groups())
        start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
        if max(start_minute, end_minute) >= 60 or not start < end <= MINUTES_A_DAY:
            raise forms.ValidationError(_("“%(text)s” ends before it starts or is no time of day.") % {"text": text})
        return self.weekday, start, end
