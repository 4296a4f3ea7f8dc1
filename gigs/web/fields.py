"""What sellers type: prices, promises, lists, hours; each with an error that says how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gigs.amounts import AmountField
from gigs.services.content import clean_text
from marketplace.kernel import money, words
from marketplace.kernel.spans import UNITS

Span = tuple[int, int, int]
_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|—|to)\s*(\d{1,2})(?:[:.](\d{2}))?", re.ASCII)


def split_minutes(minutes: int) -> tuple[int, str]:
    """A promise in its largest whole unit: 2880 is (2, "days")."""
    for unit in ("days", "hours"):
        if minutes % UNITS[unit] == 0:
            return minutes // UNITS[unit], unit
    return minutes, "minutes"


class CleanText(forms.CharField):
    """Text without control characters, so that nothing invisible is an error."""

    def to_python(self, value: Any) -> str:
        return clean_text(str(value or ""))


class SellerPrice(AmountField):
    """A price before fees, in the gig's currency, as minor units."""

    def __init__(self, *, problem: Callable[[int, str], str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.problem = problem  # why an amount cannot be the price, or ""

    def to_python(self, value: Any) -> Any:
        amount = super().to_python(value)
        if amount is not None and (problem := self.problem(amount, self.currency)):
            raise forms.ValidationError(problem)
        return amount

    def run_validators(self, value: Any) -> None:
        return  # an amount, no text any more

    def prepare_value(self, value: Any) -> Any:
        return money.Money(value, self.currency).plain if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data) if initial is None else str(self.prepare_value(initial)) != str(data)


class Lines(forms.CharField):
    """A list, one item per line (or with commas); blanks and doubles are dropped."""

    widget = forms.Textarea

    def __init__(self, *, separator: str = "\n", most: int = 0, longest: int = 0, **kwargs: Any) -> None:
        """``most`` items of at most ``longest`` characters; 0: as many and as long as you like."""
        super().__init__(required=False, **kwargs)
        self.separator, self.most, self.longest = separator, most, longest

    def to_python(self, value: Any) -> Any:
        parts = value if isinstance(value, (list, tuple)) else clean_text(str(value or "")).split(self.separator)
        items = [" ".join(part.split()) for part in parts]
        return tuple(dict.fromkeys(item for item in items if item))

    def validate(self, value: Any) -> None:
        return

    def run_validators(self, value: Any) -> None:
        if self.most and len(value) > self.most:
            raise forms.ValidationError(_("At most %(most)s.") % {"most": self.most})
        if self.longest and any(len(item) > self.longest for item in value):
            raise forms.ValidationError(_("Each at most %(longest)s characters.") % {"longest": self.longest})

    def prepare_value(self, value: Any) -> Any:
        glue = ", " if self.separator == "," else self.separator
        return glue.join(value) if isinstance(value, (list, tuple)) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial or "") != self.to_python(data or ""))


class DayHours(forms.CharField):
    """The hours of one weekday as text: ``9-12:30, 14:00-18:00``; empty: closed."""

    def __init__(self, *, weekday: int, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=80, **kwargs)
        self.weekday = weekday

    def prepare_value(self, value: Any) -> Any:
        return words.times_of_day(value) if isinstance(value, (list, tuple)) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        spans = sorted(self._span(part.strip()) for part in text.split(",") if part.strip())
        if any(before[2] > after[1] for before, after in zip(spans, spans[1:], strict=False)):
            raise forms.ValidationError(_("These hours overlap."))
        return spans

    def _span(self, text: str) -> Span:
        match = _SPAN.fullmatch(text)
        if match is None:
            raise forms.ValidationError(_("Write hours like 9:00–17:00, several with a comma between."))
        from_hour, from_minute, to_hour, to_minute = (int(group or 0) for group in match.groups())
        start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
        if max(from_minute, to_minute) >= 60 or not start < end <= 1440:
            raise forms.ValidationError(_("“%(text)s” ends before it starts or is no time of day.") % {"text": text})
        return self.weekday, start, end
