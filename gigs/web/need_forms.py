"""Steps 3 and 4 of the editor: what buyers are asked, and what they ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gigs import limits
from gigs.web.fields import CleanText, Lines
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
_AMOUNT = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


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


class ChecklistForm(forms.Form):
    checklist = Lines(
        label=gettext_lazy("In every delivery"),
        most=limits.CHECKLIST_MAX,
        longest=limits.CHECK_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One thing per line. You tick them when you deliver; the buyer sees the list before ordering."
        ),
    )


class FaqForm(forms.Form):
    question = CleanText(label=gettext_lazy("Question"), max_length=limits.FAQ_QUESTION_MAX)
    answer = CleanText(
        label=gettext_lazy("Answer"), max_length=limits.FAQ_ANSWER_MAX, widget=forms.Textarea(attrs={"rows": 2})
    )


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
        required=False,  # to go on; not to publish
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
