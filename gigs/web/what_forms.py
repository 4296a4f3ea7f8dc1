"""Step 1 of the editor: category, title, description, tags, properties, languages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from gigs import languages, limits, richtext
from gigs.selectors.attributes import AttributeChoice
from gigs.selectors.categories import category_choices
from gigs.web.fields import CleanText, Lines
from marketplace.kernel.languages import name_of


class Description(CleanText):
    """Plain text, or what the editor sends: in both cases the shape that is kept."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if len(text) > richtext.LONGEST_INPUT:
            self._refuse_size()
        html = richtext.stored(text)
        if len(html) > richtext.LONGEST_INPUT or len(richtext.plain(html)) > limits.DESCRIPTION_MAX:
            self._refuse_size()
        return html

    def prepare_value(self, value: Any) -> Any:
        return richtext.editable(value) if isinstance(value, str) else value

    def _refuse_size(self) -> None:
        text = _("The description is longer than %(high)s characters.")
        raise forms.ValidationError(text % {"high": limits.DESCRIPTION_MAX})


class Title(CleanText):
    """A gig's title, with its words and bounds."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Title"),
            min_length=limits.TITLE_MIN,
            max_length=limits.TITLE_MAX,
            error_messages={"min_length": gettext_lazy("Write at least %(limit_value)s characters.")},
            help_text=gettext_lazy(
                "Begin with a verb, and say how much: “Write 50 product descriptions for your shop”."
            ),
        )


class DetailsForm(forms.Form):
    category = forms.ChoiceField(label=gettext_lazy("Category"))
    title = Title()
    description = Description(
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        label=gettext_lazy("Description"),
        help_text=gettext_lazy("What the buyer gets, what you need, what is not included."),
    )
    tags = Lines(
        separator=",",
        most=limits.TAGS_MAX,
        longest=limits.TAG_MAX,
        label=gettext_lazy("Tags"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Up to eight words that buyers search for, with commas between."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("Choose…")), *category_choices()]  # type: ignore[attr-defined]


class AttributesForm(forms.Form):
    """A field for each property that the category knows."""

    PREFIX = "property-"

    def __init__(
        self, attributes: list[AttributeChoice], *args: Any, chosen: tuple[str, ...] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.attributes = attributes
        for attribute in attributes:
            mine = [name.partition(":")[2] for name in chosen if name.partition(":")[0] == attribute.slug]
            self.fields[self.PREFIX + attribute.slug] = (
                forms.ChoiceField(
                    label=attribute.name,
                    required=False,
                    choices=[("", _("Not said")), *attribute.values],
                    initial=next(iter(mine), ""),
                )
                if attribute.is_single
                else forms.MultipleChoiceField(
                    label=attribute.name,
                    required=False,
                    choices=attribute.values,
                    widget=forms.CheckboxSelectMultiple,
                    initial=mine,
                )
            )

    def named(self) -> tuple[str, ...]:
        """As content names them. Only after ``is_valid``."""
        found = []
        for attribute in self.attributes:
            said = self.cleaned_data[self.PREFIX + attribute.slug]
            values = [said] if isinstance(said, str) else said
            found += [f"{attribute.slug}:{value}" for value in values if value]
        return tuple(sorted(found))


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the text"),
        help_text=gettext_lazy("What you write here is found by its words in this language."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages of the work"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Where you work in others, too. None: in the language of the text."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reader = get_language() or "en"
        named = sorted(((code, name_of(code, reader)) for code in languages.CONFIGS), key=lambda row: row[1])
        for name in ("language", "languages"):
            self.fields[name].choices = named  # type: ignore[attr-defined]

    def clean_languages(self) -> tuple[str, ...]:
        chosen: list[str] = self.cleaned_data["languages"]
        if len(chosen) > limits.LANGUAGES_MAX:
            raise forms.ValidationError(_("At most %(most)s.") % {"most": limits.LANGUAGES_MAX})
        return tuple(chosen)
