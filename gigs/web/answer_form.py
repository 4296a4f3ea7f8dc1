"""The seller's questions as a form. Nothing is mandatory here: answers may also come after paying."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from orders import api as orders
from orders.contracts import Question

PREFIX = "answer_"


class AnswerForm(forms.Form):
    """One field per question, named by its key; ``texts`` and ``files`` give the answers back by key."""

    def __init__(self, questions: tuple[Question, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[PREFIX + question.key] = orders.answer_field(question)

    def texts(self) -> dict[str, str]:
        """Text answers by question key, as far as they are valid; for a wrong one, what was typed is dropped."""
        keys = (question.key for question in self.questions if question.kind != "file")
        return {key: self.cleaned_data[PREFIX + key] for key in keys if PREFIX + key in self.cleaned_data}

    def uploads(self) -> dict[str, list[Any]]:
        keys = (question.key for question in self.questions if question.kind == "file")
        return {key: self.cleaned_data[PREFIX + key] for key in keys if self.cleaned_data.get(PREFIX + key)}


class TermsForm(forms.Form):
    """What the page showed, so that a change in between is noticed and can be named."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    form_key = forms.RegexField(r"^[0-9a-f]{32}\Z")
    seen_total = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    seen_minutes = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


UNSIGNED_MAX_BYTES = 25_000_000
UNSIGNED_TOO_LARGE = gettext_lazy("Before you sign in, a file has at most 25 MB. Sign in first, then add it.")
