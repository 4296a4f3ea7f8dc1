"""The seller's questions as a form. Nothing is mandatory here: answers may also come after paying."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gigs.services.content import clean_text, is_web_address
from orders.contracts import Question

PREFIX = "answer_"
_LONGEST = {"text": 300, "long_text": 10_000, "link": 500, "number": 40}


class LinkField(forms.CharField):
    def clean(self, value: Any) -> str:
        text = clean_text(str(super().clean(value) or ""))
        if text and not is_web_address(text if "://" in text else f"https://{text}"):
            raise forms.ValidationError(_("Write a web address, such as https://example.org/page."))
        return text


class AnswerForm(forms.Form):
    """One field per question, named by its key; ``texts`` and ``files`` give the answers back by key."""

    def __init__(self, questions: tuple[Question, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[PREFIX + question.key] = _field(question)

    def texts(self) -> dict[str, str]:
        """Text answers by question key, as far as they are valid; for a wrong one, what was typed is dropped."""
        keys = (question.key for question in self.questions if question.kind != "file")
        return {key: _as_text(self.cleaned_data[PREFIX + key]) for key in keys if PREFIX + key in self.cleaned_data}

    def uploads(self) -> dict[str, Any]:
        keys = (question.key for question in self.questions if question.kind == "file")
        return {key: self.cleaned_data[PREFIX + key] for key in keys if self.cleaned_data.get(PREFIX + key)}


def _as_text(value: Any) -> str:
    """A number in plain digits, whatever it was typed as; nought is an answer, too."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value or "")


def _field(question: Question) -> forms.Field:
    common: dict[str, Any] = {"required": False, "label": question.label, "help_text": question.help}
    if question.kind == "choice":
        choices = [("", _("Choose…")), *((choice, choice) for choice in question.choices)]
        return forms.ChoiceField(choices=choices, **common)
    if question.kind == "file":
        return forms.FileField(max_length=200, **common)
    if question.kind == "link":
        widget = forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"})
        return LinkField(max_length=_LONGEST["link"], widget=widget, **common)
    if question.kind == "number":
        return forms.DecimalField(
            max_digits=20,
            decimal_places=6,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            localize=True,
            **common,
        )
    text: forms.Widget = forms.Textarea(attrs={"rows": 4}) if question.kind == "long_text" else forms.TextInput()
    return forms.CharField(max_length=_LONGEST.get(question.kind, 300), widget=text, **common)


class TermsForm(forms.Form):
    """What the page showed, so that a change in between is noticed and can be named."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    form_key = forms.RegexField(r"^[0-9a-f]{32}\Z")
    seen_total = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    seen_minutes = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


UNSIGNED_MAX_BYTES = 25_000_000
UNSIGNED_TOO_LARGE = gettext_lazy("Before you sign in, a file has at most 25 MB. Sign in first, then add it.")
