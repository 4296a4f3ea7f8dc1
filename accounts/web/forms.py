"""Forms of an account. Rules that also hold elsewhere live in the services; here is only what a form needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import countries, handles, names, spoken
from accounts.hours import Span
from accounts.models import User
from accounts.services import portraits
from accounts.web.fields import CommaList, DaySpans, LinkLines
from marketplace.kernel import languages, zones
from marketplace.kernel.errors import DomainError

WEEKDAYS = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]


def clean_display_name(raw: str, known: str = "") -> str:
    """``known``: the name that they have, which may stay."""
    try:
        name = names.clean_name(raw)
        if name != known:
            names.refuse_posing(name)
        return name
    except DomainError as error:
        raise forms.ValidationError(error.message) from error


class SignupForm(forms.Form):
    """What allauth's sign-up form asks besides the address and the password."""

    display_name = forms.CharField(
        label=_("Your name"),
        help_text=_("Others see it. A first name is enough."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("display_name", "email", "password1")

    def clean_display_name(self) -> str:
        return clean_display_name(self.cleaned_data["display_name"])

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth; the adapter has saved the name already."""


class BecomeSellerForm(forms.Form):
    country = forms.ChoiceField(
        label=_("Where do you live?"),
        help_text=_("We tell you at once whether we can pay you there."),
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", _("Choose a country")), *countries.names().items()]  # type: ignore[attr-defined]


class ProfileForm(forms.Form):
    display_name = forms.CharField(label=_("Name"), max_length=120)
    handle = forms.CharField(
        label=_("Handle"),
        max_length=30,
        help_text=_("3 to 30 of a–z, 0–9 and hyphens. Links with your last three lead to the new one."),
    )
    portrait = forms.FileField(
        label=_("Portrait"),
        required=False,
        help_text=_("A square picture of you, JPEG, PNG or WebP, up to 5 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    focus = forms.ChoiceField(
        label=_("Keep of it"),
        required=False,
        choices=portraits.FOCUSES,
        help_text=_("Where your face is, when the picture is not square."),
    )
    remove_portrait = forms.BooleanField(label=_("Show my initials instead of a portrait"), required=False)
    city = forms.CharField(label=_("City"), required=False, max_length=80)
    headline = forms.CharField(
        label=_("Headline"), required=False, max_length=100, help_text=_("What you do, in one line.")
    )
    bio = forms.CharField(
        label=_("About you"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 6})
    )
    skills = CommaList(
        label=_("Skills"), required=False, max_items=15, help_text=_("With a comma between: Excel, data cleaning.")
    )
    links = LinkLines(
        label=_("Links"),
        required=False,
        max_length=1_200,
        widget=forms.Textarea(attrs={"rows": 3, "inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Where your work can be seen, one address per line, five at the most."),
    )

    SELLER_FIELDS = ("headline", "bio", "skills", "links")

    def __init__(self, *args: Any, is_seller: bool, has_portrait: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in () if is_seller else self.SELLER_FIELDS:
            del self.fields[name]
        if not has_portrait:
            del self.fields["remove_portrait"]

    def clean_display_name(self) -> str:
        return clean_display_name(self.cleaned_data["display_name"], self.initial.get("display_name", ""))

    def clean_handle(self) -> str:
        handle: str = self.cleaned_data["handle"].strip().lower().removeprefix("@")
        if not handles.is_valid(handle):
            raise forms.ValidationError(_("Use 3 to 30 of a–z, 0–9 and hyphens, starting and ending without a hyphen."))
        if handle != self.initial.get("handle") and handles.poses(handle):
            raise forms.ValidationError(_("This handle cannot be used."))
        return handle


class SpokenForm(forms.Form):
    """A language that a seller speaks; a row without one counts for nothing."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    level = forms.ChoiceField(label=_("How well"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", "—"), *languages.choices(get_language() or "en")]  # type: ignore[attr-defined]
        self.fields["level"].choices = [("", "—"), *spoken.Level.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("language") and not data.get("level"):
            self.add_error("level", _("Say how well you speak it."))
        return data


class _Spoken(forms.BaseFormSet):  # type: ignore[type-arg]  # generic in the stubs alone
    def clean(self) -> None:
        codes = [code for code, _level in self.chosen()]
        if len(set(codes)) < len(codes):
            raise forms.ValidationError(_("Name each language once."))

    def chosen(self) -> list[spoken.Spoken]:
        rows = (form.cleaned_data for form in self.forms if form.is_valid())
        return [(row["language"], row["level"]) for row in rows if row.get("language")]


SpokenForms = forms.formset_factory(SpokenForm, formset=_Spoken, extra=2, max_num=spoken.MOST, validate_max=True)


class TimeForm(forms.Form):
    """Language, time zone and, for sellers, weekly order hours: one line per weekday."""

    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("Of every page, and of the mail that we send you."),
        choices=settings.LANGUAGES,
        required=False,
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Every time on this site is shown in it."))

    def __init__(self, *args: Any, is_seller: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = sorted(zone for zone in zones.names() if "/" in zone and not zone.startswith("Etc/"))
        self.fields["time_zone"].choices = [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in names)]  # type: ignore[attr-defined]
        for weekday, label in enumerate(WEEKDAYS) if is_seller else ():
            self.fields[f"day_{weekday}"] = DaySpans(weekday=weekday, label=capfirst(label))

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("day_")]

    @property
    def spans(self) -> list[Span]:
        return [span for name, value in self.cleaned_data.items() if name.startswith("day_") for span in value]


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Where you will use it, so that you know which one to revoke.")
    )


def add_error(form: forms.Form, error: DomainError) -> None:
    """Puts a refusal at its field, or above the form where it has none."""
    for name, message in error.fields.items() or [(None, error.message)]:
        form.add_error(name if name in form.fields else None, message)
