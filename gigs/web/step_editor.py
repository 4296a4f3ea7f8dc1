"""A step of the editor as one thing: its forms together, from a gig's content and back to the part that it writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.forms import Form
from django.forms.utils import ErrorDict
from django.http import QueryDict

from gigs import steps
from gigs.contracts import GigContent
from gigs.steps import Step
from gigs.web.rows import Rows
from marketplace.kernel.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Base:
    """What a step starts from."""

    content: GigContent
    now: datetime
    time_zone: str = "UTC"
    saved_currency: str = ""  # of the prices that the gig has; empty where it has none
    cover: str = ""
    gig_id: int = 0  # none yet, in the first step of a gig that is to come
    seller_id: int = 0


class StepEditor:
    """Unbound without ``data``. ``forms`` and ``rows`` are in page order."""

    step: ClassVar[Step]
    template: ClassVar[str]
    lists: ClassVar[dict[str, type[Rows]]] = {}

    def __init__(self, base: Base, data: QueryDict | None = None, files: Any = None) -> None:
        self.base, self.data, self.files = base, data, files
        self.forms: dict[str, Form] = self.make_forms()
        start = self.list_initial() if data is None else {}
        self.rows: dict[str, Rows] = {
            name: made(data, prefix=name, initial=start.get(name), form_kwargs=self.row_options(name))
            for name, made in self.lists.items()
        }

    @classmethod
    def follow(cls, data: QueryDict, command: str) -> None:
        """Changes what was sent where rows of one list speak of rows of another."""

    def make_forms(self) -> dict[str, Form]:
        return {}

    def list_initial(self) -> dict[str, list[dict[str, Any]]]:
        return {}

    def row_options(self, name: str) -> dict[str, Any]:
        """What the forms of a list are made with."""
        return {}

    def values(self) -> dict[str, Any]:
        """The step's fields of GigContent. Only after ``is_valid``."""
        raise NotImplementedError

    @property
    def agreed_currency(self) -> str:
        return ""

    @property
    def chosen_cover(self) -> str:
        """Another picture, or an empty string."""
        return ""

    def context(self) -> Mapping[str, Any]:
        """What the step's template wants beside the editor."""
        return {}

    @property
    def all_forms(self) -> list[Form]:
        return [*self.forms.values(), *(form for rows in self.rows.values() for form in rows.forms)]

    def is_valid(self) -> bool:
        forms = [form.is_valid() for form in self.forms.values()]
        lists = [rows.is_valid() for rows in self.rows.values()]
        return all(forms + lists)  # every part was asked, so that all errors show at once

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """(id of the input, its label, what is wrong) over all forms, in page order."""
        bound_rows = [rows for rows in self.rows.values() if rows.is_bound]
        found = [("", "", str(error)) for rows in bound_rows for error in rows.non_form_errors()]
        for form in self.all_forms:
            found += [("", "", str(error)) for error in form.non_field_errors()]
            found += [
                (bound.id_for_label or bound.auto_id, str(bound.label), str(bound.errors[0]))
                for bound in form
                if bound.errors
            ]
        return found

    def refuse(self, error: InvalidInput) -> None:
        """Shows a domain refusal at the place it names."""
        for place, message in (error.fields or {"": error.message}).items():
            form, name = self._place(place)
            form.add_error(name, message)

    def quiet(self) -> StepEditor:
        """While somebody is still typing, nobody is told what is missing."""
        for form in self.all_forms:
            form._errors = ErrorDict()  # type: ignore[attr-defined]  # as after a validation without errors
        return self

    def place_of(self, place: str) -> tuple[str, str | None] | None:
        """A form's name and its field, for places that are called otherwise than a field."""
        return None

    def _place(self, place: str) -> tuple[Form, str | None]:
        if known := self.place_of(place):
            return self.forms[known[0]], known[1]
        for form in self.forms.values():
            if place in form.fields:
                return form, place
        prefix, _dash, number = place.partition("-")
        rows = self.rows.get(prefix)
        filled = (rows.filled() or rows.forms) if rows else []
        position = int(number) if number.isdigit() else 0
        if position < len(filled):
            return filled[position], None
        return self.all_forms[0], None


def step(slug: str) -> Step:
    found = steps.by_slug(slug)
    if found is None:
        raise ValueError(slug)
    return found
