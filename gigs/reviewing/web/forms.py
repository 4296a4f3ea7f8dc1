"""Forms of the review: a verdict for each section, a reason to take something down, an answer, a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gigs import limits
from gigs.models.reviewing import CannedChange
from gigs.reviewing.vocabulary import ACCUSATIONS, SECTIONS
from marketplace.kernel.canned import said

OK, CHANGE = "ok", "change"


class VerdictForm(forms.Form):
    """Of one section. Where a check found something nothing is chosen beforehand: somebody has to look."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Verdict"),
        choices=[(OK, gettext_lazy("Fine")), (CHANGE, gettext_lazy("Please change"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether this is fine.")},
    )
    canned = forms.ChoiceField(label=gettext_lazy("What to change"), required=False)
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        required=False,
        max_length=limits.REVIEW_WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, canned: Iterable[CannedChange], **options: Any) -> None:
        super().__init__(*args, **options)
        self.texts = {str(one.pk): one.text for one in canned}
        offered = [("", _("nothing from the list")), *((str(one.pk), said(one.title)) for one in canned)]
        self.fields["canned"].choices = offered  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("verdict") == CHANGE and not self.note:
            self.add_error("words", _("Choose what to change, or say it in your own words."))
        return data

    @property
    def wants_change(self) -> bool:
        return self.cleaned_data.get("verdict") == CHANGE

    @property
    def note(self) -> str:
        """What the seller reads, what is ready in the language that is spoken now. Only after cleaning."""
        data = self.cleaned_data
        ready = said(self.texts.get(data.get("canned", ""), ""))
        return "\n\n".join(filter(None, [ready, data.get("words", "").strip()]))


class Verdicts:
    """One form for each section, sent together."""

    def __init__(self, data: Mapping[str, Any] | None, found_in: Iterable[str]) -> None:
        canned: dict[str, list[CannedChange]] = {name: [] for name in SECTIONS}
        for one in CannedChange.objects.filter(is_offered=True):
            canned[one.section].append(one)
        starts = {name: {} if name in set(found_in) else {"verdict": OK} for name in SECTIONS}
        self.forms = {
            name: VerdictForm(data, prefix=name, initial=starts[name], canned=canned[name]) for name in SECTIONS
        }

    def is_valid(self) -> bool:
        valid = [form.is_valid() for form in self.forms.values()]  # each was asked, so that all errors show
        return all(valid)

    @property
    def notes(self) -> dict[str, str]:
        return {name: form.note for name, form in self.forms.items() if form.wants_change}


class WordsForm(forms.Form):
    """What the seller reads beside the sections."""

    words = forms.CharField(
        label=gettext_lazy("A word to the seller"),
        required=False,
        max_length=limits.REVIEW_WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why, for the seller to read"),
        max_length=limits.REVIEW_WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Your answer"),
        help_text=gettext_lazy("Once. Change your gig first where that helps: somebody reads this and looks again."),
        max_length=limits.REPORT_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"),
        choices=list(ACCUSATIONS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what is wrong.")},
    )
    text = forms.CharField(
        label=gettext_lazy("What should we look at?"),
        required=False,
        max_length=limits.REPORT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
