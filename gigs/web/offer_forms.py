"""Writing an offer, or other terms: one form, and rows of steps where it is divided."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gigs import limits
from gigs.amounts import price_problem
from gigs.offers.content import OfferContent, in_steps
from gigs.offers.services import Letter
from gigs.web.fields import CleanText, Lines, SellerPrice, split_minutes
from gigs.web.rows import Rows, rows_of
from marketplace.kernel import currencies, words
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.ids import new_id
from marketplace.kernel.spans import UNIT_CHOICES, UNITS
from orders import api as orders
from orders.contracts import Step

_AMOUNT = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
_NUMBER = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
_DAYS = [(str(days), days) for days in (1, 2, 3, 5, 7, 10, 14)]
_MISSING = gettext_lazy("This is needed.")


class _Timed(forms.Form):
    """A price and a promise, of the whole or of a step."""

    price = SellerPrice(problem=price_problem, label=gettext_lazy("Price"), max_length=16, widget=_AMOUNT)
    promise = forms.IntegerField(
        label=gettext_lazy("Ready in"), min_value=1, max_value=limits.PROMISE_MAX_MINUTES, widget=_NUMBER
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNIT_CHOICES, initial="days")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price"].currency = currency  # type: ignore[attr-defined]  # a SellerPrice

    @property
    def minutes(self) -> int:
        """Only after ``is_valid``."""
        return (self.cleaned_data["promise"] or 0) * UNITS[self.cleaned_data["unit"]]


class StepForm(_Timed):
    title = CleanText(label=gettext_lazy("Step"), max_length=limits.STEP_TITLE_MAX)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("promise") and data.get("unit") and self.minutes > limits.PROMISE_MAX_MINUTES:
            self.add_error("promise", _("At most 30 days."))
        return data


class OfferForm(_Timed):
    field_order = ("title", "scope", "price", "promise", "unit")
    title = CleanText(label=gettext_lazy("What it is"), max_length=limits.TITLE_MAX)
    scope = CleanText(
        label=gettext_lazy("What is included"),
        max_length=limits.SCOPE_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("And what is not: this is what both of you agree to."),
    )
    revisions = forms.IntegerField(
        label=gettext_lazy("Changes included"), min_value=0, max_value=limits.REVISIONS_MAX, initial=1, widget=_NUMBER
    )
    checklist = Lines(
        label=gettext_lazy("In the delivery"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One thing per line; it is ticked on delivery. Not for work in steps."),
    )
    days = forms.TypedChoiceField(label=gettext_lazy("Holds for"), coerce=int, choices=_DAYS, initial=7)
    note = CleanText(
        label=gettext_lazy("A word with it"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    form_key = forms.CharField(max_length=80, widget=forms.HiddenInput)

    def __init__(self, *args: Any, has_steps: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = [(str(value), _("%(days)s days") % {"days": value} if value > 1 else _("1 day")) for _v, value in _DAYS]
        self.fields["days"].choices = days  # type: ignore[attr-defined]
        for name in ("price", "promise"):
            self.fields[name].required = not has_steps


STEPS: dict[str, type[Rows]] = {"steps": rows_of(StepForm, most=orders.MOST_STEPS)}


class OfferEditor:
    """The form with its steps: unbound with ``content``, bound with ``data``. A ``currency`` is fixed."""

    def __init__(
        self, *, content: OfferContent | None = None, data: QueryDict | None = None, currency: str = ""
    ) -> None:
        asked = currency or (data.get("currency", "") if data is not None else content.currency if content else "")
        self.currency = currencies.chosen(asked)
        self.is_fixed = bool(currency)
        options = {"currency": self.currency}
        start = _initial(content) if content and data is None else {}
        steps = [_step_initial(step) for step in content.steps] if content and data is None else None
        self.steps = STEPS["steps"](data, prefix="steps", initial=steps, form_kwargs=options)
        has_steps = bool(self.steps.filled()) if data is not None else bool(steps)
        self.form = OfferForm(
            data, has_steps=has_steps, initial={"form_key": str(new_id()), **start}, **options
        )  # fmt: skip

    @property
    def symbol(self) -> str:
        return words.symbol(self.currency)

    @property
    def currencies(self) -> list[tuple[str, str]]:
        """To choose from; empty where there is nothing to choose."""
        codes = [] if self.is_fixed or len(currencies.settled()) < 2 else currencies.settled()
        return [(code, f"{code} · {words.currency_name(code)}") for code in codes]

    def is_valid(self) -> bool:
        parts = [self.form.is_valid(), self.steps.is_valid()]
        return all(parts)

    def content(self) -> OfferContent:
        """Only after ``is_valid``."""
        data = self.form.cleaned_data
        whole = OfferContent(
            data["title"], data["scope"], self.currency, data["price"] or 0, self.form.minutes, data["revisions"],
            data["checklist"],
        )  # fmt: skip
        steps = tuple(
            Step(row.cleaned_data["title"], row.cleaned_data["price"], row.minutes)  # type: ignore[attr-defined]
            for row in self.steps.filled()
        )
        return in_steps(whole, steps) if steps else replace(whole, checklist=tuple(data["checklist"]))

    def letter(self) -> Letter:
        data = self.form.cleaned_data
        return Letter(data["form_key"], data["days"], data["note"])

    def refuse(self, error: InvalidInput) -> None:
        """Shows a domain refusal at the place it names."""
        filled = self.steps.filled()
        for place, message in (error.fields or {"": error.message}).items():
            name, _dash, number = place.partition("-")
            if name == "steps" and number.isdigit() and int(number) < len(filled):
                filled[int(number)].add_error(None, message)
            else:
                self.form.add_error(place if place in self.form.fields else None, message)


def _initial(content: OfferContent) -> dict[str, Any]:
    promise, unit = split_minutes(content.promised_minutes)
    whole = {} if content.steps else {"price": content.price_minor, "promise": promise, "unit": unit}
    return {
        "title": content.title,
        "scope": content.scope,
        "revisions": content.revisions,
        "checklist": content.checklist,
        **whole,
    }


def _step_initial(step: Step) -> dict[str, Any]:
    promise, unit = split_minutes(step.promised_minutes)
    return {"title": step.title, "price": step.price_minor, "promise": promise, "unit": unit}


class DeclineForm(forms.Form):
    reason = CleanText(
        label=gettext_lazy("Why not"), max_length=limits.ANSWER_MAX, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A sentence helps: perhaps it fits with other terms."),
    )  # fmt: skip
