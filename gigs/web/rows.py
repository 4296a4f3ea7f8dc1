"""Lists of small forms that grow and shrink by submit buttons, so that they need no script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms import BaseFormSet
from django.http import QueryDict

_COMMAND = re.compile(r"(add|remove)-([a-z]+)(?:-(\d{1,2}))?", re.ASCII)


if TYPE_CHECKING:
    _Base = BaseFormSet[forms.Form]
else:
    _Base = BaseFormSet


class Rows(_Base):
    """Every row may stay blank and is then left out."""

    least = 0  # how many rows an empty list shows

    def initial_form_count(self) -> int:
        return 0

    def total_form_count(self) -> int:
        if self.is_bound:
            return super().total_form_count()
        return max(len(self.initial or ()), self.least)

    def filled(self) -> list[forms.Form]:
        return [form for form in self.forms if form.has_changed()]

    def rows(self) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in self.filled()]


def rows_of(form: type[forms.Form], *, most: int, least: int = 0) -> type[Rows]:
    made = forms.formset_factory(form, formset=Rows, extra=0, max_num=most, absolute_max=most)
    return cast("type[Rows]", type(f"{form.__name__}Rows", (made,), {"least": least}))


def is_command(text: str) -> bool:
    return _COMMAND.fullmatch(text) is not None


def after_command(data: QueryDict, text: str, lists: dict[str, type[Rows]]) -> QueryDict:
    """What was typed, with a blank row added at the end of a list or one row taken out."""
    result = data.copy()
    match = _COMMAND.fullmatch(text)
    if match is None or match[2] not in lists:
        return result
    prefix, most = match[2], lists[match[2]].max_num
    total = _total(data, prefix, most)
    if match[1] == "add" and total < most:
        result[f"{prefix}-TOTAL_FORMS"] = str(total + 1)
        result.update(_blank(lists[prefix], f"{prefix}-{total}"))
    elif match[3] is not None and int(match[3]) < total:
        _take_out(result, prefix, int(match[3]), total)
    return result


def taken_out(text: str, prefix: str) -> int | None:
    """Which row of a list a command takes out, from 0."""
    match = _COMMAND.fullmatch(text)
    return int(match[3]) if match and match[1] == "remove" and match[2] == prefix and match[3] else None


def _blank(rows: type[Rows], prefix: str) -> dict[str, str]:
    """A new row as a browser would send it untouched: with its selects and ticks as they start."""
    starts = {name: field.initial for name, field in rows.form.base_fields.items() if field.initial}
    return {f"{prefix}-{name}": "on" if start is True else str(start) for name, start in starts.items()}


def _total(data: QueryDict, prefix: str, most: int) -> int:
    text = data.get(f"{prefix}-TOTAL_FORMS", "0")
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _take_out(data: QueryDict, prefix: str, number: int, total: int) -> None:
    """Moves the rows behind one place up."""
    for row in range(number, total):
        for name in [name for name in data if name.startswith(f"{prefix}-{row}-")]:
            del data[name]
        following = f"{prefix}-{row + 1}-"
        for name in [name for name in data if name.startswith(following)]:
            data.setlist(f"{prefix}-{row}-{name.removeprefix(following)}", data.getlist(name))
    data[f"{prefix}-TOTAL_FORMS"] = str(total - 1)
