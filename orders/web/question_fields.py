"""A seller's question as a form field: the same at checkout, on the order page and where an answer is to change.

Nothing is mandatory in the field itself: answers may come later, and a draft can be kept.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from marketplace.kernel.errors import DomainError
from marketplace.kernel.files import check_uploads
from orders import questions
from orders.contracts import Question


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"  # no line about the file of before


class ManyFiles(forms.FileField):
    """Any number of files; each is checked for being empty or too large before any is stored."""

    widget = ManyFilesInput

    def __init__(self, *, most: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        uploads = [upload for upload in (data if isinstance(data, list | tuple) else [data]) if upload]
        try:
            check_uploads(uploads)
        except DomainError as error:
            raise forms.ValidationError(error.message) from error
        if self.most is not None and len(uploads) > self.most:
            raise forms.ValidationError(_("At most %(most)s files.") % {"most": self.most})
        if self.required and not uploads:
            raise forms.ValidationError(self.error_messages["required"])
        return uploads


class AnswerField(forms.CharField):
    """One question that is answered by text; ``clean`` gives the answer as it is stored."""

    def __init__(self, question: Question, **options: Any) -> None:
        super().__init__(required=False, strip=False, **options)
        self.question = question
        self.suffix = question.unit if question.kind == "number" else ""  # read by the template

    def to_python(self, value: Any) -> str:
        text = "\n".join(value) if isinstance(value, list | tuple) else str(value or "")
        try:
            return questions.clean(self.question, text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def prepare_value(self, value: Any) -> Any:
        if self.question.kind == "multiple" and isinstance(value, str):
            return value.split("\n")
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return True


def answer_field(question: Question) -> AnswerField | ManyFiles:
    """The field for one question, with its label and help."""
    if question.kind == "file":
        text = _("Up to %(most)s files. Choosing again replaces them.") % {"most": questions.MOST_FILES}
        help_text = " ".join(part for part in (question.help, text) if part)
        return ManyFiles(label=question.label, help_text=help_text, required=False, most=questions.MOST_FILES)
    help_text = " ".join(part for part in (question.help, questions.hint(question)) if part)
    return AnswerField(question, label=question.label, help_text=help_text, widget=_widget(question))


def _widget(question: Question) -> forms.Widget:
    longest = {"maxlength": questions.LONGEST.get(question.kind, 300)}
    if question.kind == "long_text":
        return forms.Textarea(attrs={"rows": 5, **longest})
    if question.kind == "choice":
        return forms.RadioSelect(choices=[(one, one) for one in question.choices])
    if question.kind == "multiple":
        return forms.CheckboxSelectMultiple(choices=[(one, one) for one in question.choices])
    if question.kind == "number":
        return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", **longest})
    if question.kind == "date":
        return forms.DateInput(attrs={"type": "date"})
    if question.kind == "link":
        # Not type=url: browsers then refuse an address without a scheme, which we complete.
        return forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://", **longest})
    return forms.TextInput(attrs=longest)
