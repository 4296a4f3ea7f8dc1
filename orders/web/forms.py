"""Forms of the order page. They read what was typed; what it means is checked by the services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from marketplace.kernel import words
from marketplace.kernel.errors import DomainError
from marketplace.kernel.money import Money, parse
from marketplace.kernel.uploads.forms import FilesField, FilesForm
from orders import review_words
from orders.contracts import Question, Terms
from orders.services.disputes import GROUNDS
from orders.states import Actor
from orders.web.question_fields import answer_field


class Amount(forms.CharField):
    """An amount as people type it, "12" or "12,50", in the order's currency."""

    def __init__(self, *, currency: str, **options: Any) -> None:
        super().__init__(**options)
        self.currency = currency
        self.symbol = words.symbol(currency)  # read by the template
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def clean(self, value: Any) -> Money | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse(text, self.currency)
        except ValueError as error:
            example = words.typed_example(self.currency)
            raise forms.ValidationError(_("Write an amount, such as %(example)s.") % {"example": example}) from error


def show(form: forms.Form, error: DomainError, prefix: str = "") -> None:
    """Puts a refusal where it belongs: at its fields, or on top of the form."""
    fields = {prefix + name: message for name, message in error.fields.items() if prefix + name in form.fields}
    for name, message in fields.items():
        form.add_error(name, message)
    if not fields:
        form.add_error(None, error.message)


class MessageForm(FilesForm):
    body = forms.CharField(
        label=_("Message"), required=False, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 5000})
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 5, "maxlength": 5000}))


class TipForm(forms.Form):
    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = _("All of it goes to the seller: we take nothing of a tip.")
        self.fields["amount"] = Amount(label=_("How much"), currency=currency, help_text=help_text)


class DeliverForm(FilesForm):
    """Nothing is mandatory for a draft; what a delivery needs is the service's question."""

    note = forms.CharField(
        label=_("What is in it"),
        required=False,
        help_text=_("A few sentences: what you did, and where to look first."),
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": 10_000}),
    )
    files = FilesField(
        label=_("Files"),
        required=False,
        help_text=_("Any kind, up to 1 GB each. They are kept here until you deliver."),
    )
    links = forms.CharField(
        label=_("Links"),
        required=False,
        help_text=_("One address per line, where the result is online."),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 4000}),
    )

    def __init__(self, *args: Any, terms: Terms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].is_mandatory = True  # type: ignore[attr-defined]  # read by the template
        if terms.checklist:
            items = _items(terms.checklist, _("Promised, and in this delivery"))
            items.is_mandatory = True  # type: ignore[attr-defined]  # read by the template
            self.fields["checklist"] = items
        self.order_fields(["note", "files", "links", "checklist"])

    @property
    def ticked(self) -> frozenset[int]:
        return frozenset(int(position) for position in self.cleaned_data.get("checklist", []))

    @property
    def addresses(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["links"].splitlines() if line.strip()]


def _items(checklist: Iterable[str], label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        choices=[(str(position), text) for position, text in enumerate(checklist)],
        widget=forms.CheckboxSelectMultiple,
    )


class CaseForm(FilesForm):
    """Opening a dispute or a claim; or answering one, where ``asked`` is what the other side asks: without a ground."""

    ground = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)
    statement = forms.CharField(
        label=_("What happened"),
        help_text=_("So that somebody who was not there understands. Both sides and the moderators read it."),
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": 5000}),
    )
    files = FilesField(label=_("Evidence"), required=False, help_text=_("Screenshots, files, whatever shows it."))

    def __init__(
        self, *args: Any, terms: Terms, price: Money, role: str, asked: Money | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        label = _("How much should go back to you?") if role == Actor.BUYER else _("How much would you give back?")
        help_text = _("Of the price of %(price)s, without the service fee.") % {"price": words.amount(price)}
        if asked is not None:
            help_text = f"{help_text} {_settles(role, words.amount(asked))}"
        self.fields["back"] = Amount(label=label, currency=terms.currency, help_text=help_text)
        if terms.checklist:
            self.fields["unmet"] = _items(terms.checklist, _("Which promised items are missing or not met?"))
        if asked is not None:
            del self.fields["ground"]
        else:
            choices = [(ground.value, ground.label) for ground in GROUNDS[Actor(role)]]
            self.fields["ground"].choices = choices  # type: ignore[attr-defined]
        self.order_fields(["ground", "statement", "unmet", "back", "files"])

    @property
    def positions(self) -> frozenset[int]:
        return frozenset(int(position) for position in self.cleaned_data.get("unmet", []))


def _settles(role: str, asked: str) -> str:
    """Which answer ends the case at once."""
    text = _("The buyer asks for %(asked)s: with that or more it is settled at once, at that amount.")
    if role == Actor.BUYER:
        text = _("The seller offers %(asked)s: with that or less it is settled at once, at that amount.")
    return text % {"asked": asked}


_STARS = [(str(stars), f"{stars} ★") for stars in range(1, 6)]


class Rating(forms.TypedChoiceField):
    """One to five, side by side."""

    is_rating = True


def _rating(label: Any) -> Rating:
    return Rating(label=label, choices=_STARS, coerce=int, widget=forms.RadioSelect)


class ReviewForm(forms.Form):
    stars = _rating(_("All in all"))
    quality = _rating("")
    communication = _rating("")
    as_described = _rating("")
    text = forms.CharField(
        label=_("In your words"), required=False, widget=forms.Textarea(attrs={"rows": 5, "maxlength": 4000})
    )

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, question in review_words.QUESTIONS[role].items():
            self.fields[name].label = str(question)


PREFIX = "answer_"


class AnswersForm(forms.Form):
    """One field per question of the terms, named ``answer_<key>``; what is mandatory is said at the field.

    Whether everything mandatory is there is the service's question, so that a draft can be kept.
    """

    def __init__(self, *args: Any, questions: tuple[Question, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            field = answer_field(question)
            field.is_mandatory = question.required  # type: ignore[union-attr]  # read by the template
            self.fields[PREFIX + question.key] = field

    @property
    def texts(self) -> dict[str, str]:
        return {
            question.key: self.cleaned_data[PREFIX + question.key]
            for question in self.questions
            if question.kind != "file"
        }

    @property
    def uploads(self) -> dict[str, list[UploadedFile[Any]]]:
        """Of the questions for which files were chosen."""
        chosen = {
            question.key: self.cleaned_data[PREFIX + question.key]
            for question in self.questions
            if question.kind == "file"
        }
        return {key: uploads for key, uploads in chosen.items() if uploads}
