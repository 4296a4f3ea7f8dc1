"""The parts of the gig editor. ``gig_editor.Editor`` puts them together."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gigs import limits
from gigs.amounts import extra_problem, price_problem
from gigs.models import Category
from gigs.web.fields import CleanText, DayHours, Lines, SellerPrice
from marketplace.kernel import currencies, words
from marketplace.kernel.spans import UNIT_CHOICES, UNITS
from orders import api as orders

KINDS = [
    ("text", gettext_lazy("A short text")),
    ("long_text", gettext_lazy("A long text")),
    ("choice", gettext_lazy("One of several options")),
    ("multiple", gettext_lazy("Any of several options")),
    ("file", gettext_lazy("Files")),
    ("number", gettext_lazy("A number")),
    ("date", gettext_lazy("A date")),
    ("link", gettext_lazy("A link")),
]
_NUMBER = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
# Short: these fields are narrow.
_BOUNDS = {
    "min_value": gettext_lazy("At least %(limit_value)s."),
    "max_value": gettext_lazy("At most %(limit_value)s."),
}
_AMOUNT = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class DetailsForm(forms.Form):
    category = forms.ChoiceField(label=gettext_lazy("Category"))
    title = CleanText(
        label=gettext_lazy("Title"),
        min_length=limits.TITLE_MIN,
        max_length=limits.TITLE_MAX,
        error_messages={"min_length": gettext_lazy("Write at least %(limit_value)s characters.")},
        help_text=gettext_lazy("Begin with a verb, and say how much: “Write 50 product descriptions for your shop”."),
    )
    description = CleanText(
        required=False,
        max_length=limits.DESCRIPTION_MAX,
        widget=forms.Textarea(attrs={"rows": 9}),
        label=gettext_lazy("Description"),
        help_text=gettext_lazy("What the buyer gets, what you need, what is not included."),
    )
    tags = Lines(
        separator=",",
        label=gettext_lazy("Tags"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Up to eight words that buyers search for, with commas between."),
    )
    checklist = Lines(
        label=gettext_lazy("In every delivery"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One thing per line. You tick them when you deliver; the buyer sees the list before ordering."
        ),
    )

    asks_first = forms.BooleanField(
        required=False,
        label=gettext_lazy("I want to see requests first"),
        help_text=gettext_lazy(
            "Buyers pay only after your yes, which you give within 24 hours. Without it they order at once."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = Category.objects.order_by("position").values_list("slug", "name")
        self.fields["category"].choices = [("", _("Choose…")), *names]  # type: ignore[attr-defined]

    def clean_tags(self) -> tuple[str, ...]:
        return self._bounded("tags", limits.TAGS_MAX, limits.TAG_MAX)

    def clean_checklist(self) -> tuple[str, ...]:
        return self._bounded("checklist", limits.CHECKLIST_MAX, limits.CHECK_MAX)

    def _bounded(self, name: str, most: int, longest: int) -> tuple[str, ...]:
        items: tuple[str, ...] = self.cleaned_data[name]
        if len(items) > most:
            raise forms.ValidationError(_("At most %(most)s.") % {"most": most})
        if any(len(item) > longest for item in items):
            raise forms.ValidationError(_("Each at most %(longest)s characters.") % {"longest": longest})
        return items


class CurrencyForm(forms.Form):
    """The currency of all prices, and the agreement that the numbers stay where it is changed."""

    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        help_text=gettext_lazy("Of every price in this gig. Buyers pay in it, and you are paid in it."),
    )
    currency_agreed = forms.MultipleChoiceField(
        label=gettext_lazy("Only the currency changes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Say it for the currency that you chose last.")},
    )

    def __init__(self, data: QueryDict | None, *, current: str, saved: str) -> None:
        """``saved``: the currency of the prices that the gig has, empty where it has none."""
        super().__init__(data, initial={"currency": current})
        codes = currencies.settled()
        self.is_shown = len(codes) > 1 or bool(saved and saved not in codes)
        self.changes = bool(saved) and saved != current
        names = [(code, f"{code} · {words.currency_name(code)}") for code in codes]
        self.fields["currency"].choices = names  # type: ignore[attr-defined]
        self.fields["currency"].required = self.is_shown
        said = _("From %(before)s to %(now)s: the numbers of all prices stay as they are. Orders keep what they have.")
        agreed = [(current, said % {"before": saved, "now": current})]
        self.fields["currency_agreed"].choices = agreed  # type: ignore[attr-defined]

    @property
    def agreed(self) -> str:
        """Only after ``is_valid``."""
        return next(iter(self.cleaned_data["currency_agreed"]), "")


class PricedForm(forms.Form):
    """A row with a ``price``, in the currency of the whole gig."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price"].currency = currency  # type: ignore[attr-defined]  # a SellerPrice


class PackageForm(PricedForm):
    name = CleanText(label=gettext_lazy("Name"), max_length=limits.PACKAGE_NAME_MAX)
    price = SellerPrice(problem=price_problem, label=gettext_lazy("Your price"), max_length=16, widget=_AMOUNT)
    promise = forms.IntegerField(
        label=gettext_lazy("Ready in"),
        min_value=1,
        max_value=limits.PROMISE_MAX_MINUTES,
        widget=_NUMBER,
        error_messages=_BOUNDS,
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNIT_CHOICES, initial="hours")
    revisions = forms.IntegerField(
        label=gettext_lazy("Revisions"),
        min_value=0,
        max_value=limits.REVISIONS_MAX,
        initial=1,
        widget=_NUMBER,
        error_messages=_BOUNDS,
    )
    work_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes it takes you"),
        required=False,
        min_value=1,
        max_value=limits.WORK_MAX_MINUTES,
        widget=_NUMBER,
        error_messages=_BOUNDS,
        help_text=gettext_lazy("Only you see this: from it we tell you what an hour brings."),
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("promise") and data.get("unit"):
            data["minutes"] = data["promise"] * UNITS[data["unit"]]
            if data["minutes"] > limits.PROMISE_MAX_MINUTES:
                self.add_error("promise", _("At most 30 days."))
        return data


class FeatureForm(forms.Form):
    """A line of the comparison: what, and how much of it in each package."""

    label = CleanText(label=gettext_lazy("What"), max_length=limits.FEATURE_LABEL_MAX)
    value_1 = CleanText(label=gettext_lazy("First package"), required=False, max_length=limits.FEATURE_VALUE_MAX)
    value_2 = CleanText(label=gettext_lazy("Second package"), required=False, max_length=limits.FEATURE_VALUE_MAX)
    value_3 = CleanText(label=gettext_lazy("Third package"), required=False, max_length=limits.FEATURE_VALUE_MAX)


class ExtraForm(PricedForm):
    title = CleanText(label=gettext_lazy("Extra"), max_length=limits.EXTRA_TITLE_MAX)
    price = SellerPrice(problem=extra_problem, label=gettext_lazy("Your price"), max_length=16, widget=_AMOUNT)
    effect = forms.ChoiceField(
        label=gettext_lazy("Time"),
        choices=[("more", gettext_lazy("takes longer by")), ("less", gettext_lazy("is ready sooner by"))],
        initial="more",
    )
    time = forms.IntegerField(
        label=gettext_lazy("How much"),
        required=False,
        min_value=0,
        max_value=limits.PROMISE_MAX_MINUTES,
        widget=_NUMBER,
        error_messages=_BOUNDS,
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNIT_CHOICES, initial="hours")

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        minutes = (data.get("time") or 0) * UNITS.get(data.get("unit", ""), 0)
        data["minutes"] = -minutes if data.get("effect") == "less" else minutes
        if minutes > limits.PROMISE_MAX_MINUTES:
            self.add_error("time", _("At most 30 days."))
        return data


class FaqForm(forms.Form):
    question = CleanText(label=gettext_lazy("Question"), max_length=limits.FAQ_QUESTION_MAX)
    answer = CleanText(
        label=gettext_lazy("Answer"), max_length=limits.FAQ_ANSWER_MAX, widget=forms.Textarea(attrs={"rows": 2})
    )


class QuestionForm(forms.Form):
    key = CleanText(required=False, max_length=20, widget=forms.HiddenInput)
    label = CleanText(label=gettext_lazy("Question"), max_length=limits.QUESTION_LABEL_MAX)
    kind = forms.ChoiceField(label=gettext_lazy("Answered by"), choices=KINDS, initial="text")
    required = forms.BooleanField(label=gettext_lazy("I cannot start without it"), required=False, initial=True)
    help = CleanText(
        label=gettext_lazy("Explain it"),
        required=False,
        max_length=limits.QUESTION_HELP_MAX,
        help_text=gettext_lazy("Stands under the question: where to find it, what is enough."),
    )
    choices = Lines(
        label=gettext_lazy("Options"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One per line."),
    )
    minimum = CleanText(
        label=gettext_lazy("At least"), required=False, max_length=limits.QUESTION_NUMBER_MAX, widget=_AMOUNT
    )
    maximum = CleanText(
        label=gettext_lazy("At most"), required=False, max_length=limits.QUESTION_NUMBER_MAX, widget=_AMOUNT
    )
    unit = CleanText(
        label=gettext_lazy("Unit of the number"), required=False, max_length=limits.QUESTION_UNIT_MAX,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("pages"), "autocomplete": "off"}),
    )  # fmt: skip

    @property
    def is_choice(self) -> bool:
        return self["kind"].value() in {"choice", "multiple"} or bool(self["choices"].errors)

    @property
    def is_number(self) -> bool:
        return bool(self["kind"].value() == "number")

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("kind") != "number":
            data |= {"minimum": "", "maximum": "", "unit": ""}
        if data.get("kind") not in {"choice", "multiple"}:
            data["choices"] = ()
        elif not 2 <= len(data.get("choices", ())) <= limits.CHOICES_MAX:
            self.add_error("choices", _("Give 2 to %(most)s options, one per line.") % {"most": limits.CHOICES_MAX})
        elif any(len(choice) > limits.CHOICE_MAX for choice in data["choices"]):
            self.add_error("choices", _("An option has at most %(most)s characters.") % {"most": limits.CHOICE_MAX})
        return data


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
    return sorted(name for name in available_timezones() if not name.startswith(odd))


class UseForm(forms.Form):
    """What buyers may do with the work, how it is made, and when they get the files."""

    licence = forms.ChoiceField(
        label=gettext_lazy("What may buyers do with the work?"),
        choices=orders.LICENCES,
        widget=forms.RadioSelect,
        initial="commercial",
    )
    ai_use = forms.ChoiceField(
        label=gettext_lazy("How is it made?"),
        choices=orders.AI_USES,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say how the work is made: buyers see it before they order.")},
    )
    ai_note = CleanText(
        label=gettext_lazy("In your words"),
        required=False,
        max_length=limits.AI_NOTE_MAX,
        help_text=gettext_lazy("Such as: “A first draft comes from a language model, every sentence is edited by me.”"),
    )
    preview = forms.ChoiceField(
        label=gettext_lazy("When do buyers get the files?"),
        choices=orders.PREVIEWS,
        widget=forms.RadioSelect,
        initial="open",
        help_text=gettext_lazy(
            "Only pictures, PDFs of up to 20 pages, texts, and tables of up to 200 rows and 30 columns can wait: they "
            "are shown whole, pictures and pages with a watermark. Every other file is open at once."
        ),
    )


class CoverForm(forms.Form):
    cover = forms.FileField(
        required=False,
        allow_empty_file=True,  # said in our own words
        max_length=200,
        label=gettext_lazy("Cover picture"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"}),
        help_text=gettext_lazy("JPEG, PNG or WebP, at most 10 MB, best 1200 × 900. Without one, we draw you one."),
    )
    cover_key = forms.RegexField(r"^covers/[0-9a-f]{2}/[0-9a-f]{32}$", required=False, widget=forms.HiddenInput)
