"""Forms of the set-up. Rules live in the services; here is only what a form needs."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.errors import DomainError
from marketplace.setup import colours

_PICTURE = {"accept": "image/png,image/jpeg,image/webp,image/svg+xml"}
HOUSE_LIGHT, HOUSE_DARK = "#1f5d45", "#7fcfa6"


class PlainLine(forms.CharField):
    """One line that looks like what it says: nothing invisible, nothing that turns the direction of reading."""

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", str(value or ""))
        kept = (one for one in text if one.isspace() or unicodedata.category(one)[0] != "C")
        return " ".join("".join(kept).split())


class Colour(forms.CharField):
    """#rrggbb in small letters; the house's own colour counts as none."""

    widget = forms.TextInput(attrs={"type": "color"})

    def __init__(self, *, house: str, **kwargs: Any) -> None:
        super().__init__(max_length=7, required=False, **kwargs)
        self.house = house

    def to_python(self, value: Any) -> str:
        text = str(value or "").strip().lower()
        return "" if text == self.house else text

    def prepare_value(self, value: Any) -> Any:
        return value or self.house


class LookForm(forms.Form):
    name = PlainLine(label=_("Name"), max_length=40, required=False, help_text=_("On every page and in every letter."))
    tagline = PlainLine(
        label=_("Tagline"), max_length=80, required=False, help_text=_("What the site is for, in a few words.")
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=forms.FileInput(attrs=_PICTURE),
        help_text=_("PNG, JPEG, WebP or SVG. Letters show it unless it is an SVG, which mail programs do not know."),
    )
    without_logo = forms.BooleanField(label=_("Show the house's mark instead of the logo"), required=False)
    icon = forms.FileField(
        label=_("Icon"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_("A square picture for tabs and home screens, at least 180 pixels wide."),
    )
    without_icon = forms.BooleanField(label=_("Show the house's icon instead"), required=False)
    accent_light = Colour(
        house=HOUSE_LIGHT,
        label=_("Colour on light pages"),
        help_text=_("Of buttons and links, dark enough to read."),
    )
    accent_dark = Colour(
        house=HOUSE_DARK, label=_("Colour on dark pages"), help_text=_("The same, light enough to read.")
    )

    def __init__(self, *args: Any, has_logo: bool, has_icon: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, is_there in (("without_logo", has_logo), ("without_icon", has_icon)):
            if not is_there:
                del self.fields[name]


class FirstAccountForm(forms.Form):
    display_name = PlainLine(
        label=_("Your name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        help_text=_("At least 10 characters. A few words together are easy to keep in mind."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class TestMailForm(forms.Form):
    to = forms.EmailField(label=_("Send it to"), max_length=254)


def previewed(light: str, dark: str) -> tuple[str, str]:
    """Two colours of an address, each empty where it is none."""
    return (light if colours.is_colour(light) else ""), (dark if colours.is_colour(dark) else "")


def refuse(form: forms.Form, error: DomainError) -> None:
    """Puts a refusal at its field, or above the form where it has none."""
    for name, message in error.fields.items() or [("", error.message)]:
        form.add_error(name if name in form.fields else None, message)
