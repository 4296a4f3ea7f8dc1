"""Legal texts are published here. A version is never changed: a new one takes its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.kernel import clock, currencies
from marketplace.pages import markdown
from marketplace.pages.figures import figures
from marketplace.pages.legal import texts
from marketplace.pages.models import Kind, LegalText

if TYPE_CHECKING:
    _TextAdmin = admin.ModelAdmin[LegalText]
    _Form = forms.ModelForm[LegalText]
else:
    _TextAdmin, _Form = admin.ModelAdmin, forms.ModelForm

_BRACKETS = re.compile(r"\[[^\[\]\n]{3,}\](?!\()")  # a link is none


class LegalTextForm(_Form):
    language = forms.ChoiceField(label=gettext_lazy("language"), choices=lambda: settings.LANGUAGES)

    class Meta:
        model = LegalText
        fields = ("kind", "language", "body")
        widgets = {"body": forms.Textarea(attrs={"rows": 40, "cols": 110})}

    def clean_body(self) -> str:
        body = str(self.cleaned_data["body"]).replace("\r\n", "\n").strip()
        known = figures(currencies.default())
        if names := markdown.unknown(body, known):
            raise forms.ValidationError(
                _("Nothing fills these places: %(names)s.")
                % {"names": ", ".join(f"{{{{ {name} }}}}" for name in names)}
            )
        if left := [place for place in _BRACKETS.findall(markdown.filled(body, known)) if place.isupper()]:
            raise forms.ValidationError(
                _("Write your own words in these places first: %(places)s.")
                % {"places": ", ".join(dict.fromkeys(left))}
            )
        return body


@admin.register(LegalText)
class LegalTextAdmin(_TextAdmin):
    form = LegalTextForm
    list_display = ("kind", "language", "version", "published_at", "published_by", "page")
    list_filter = ("kind", "language")
    list_select_related = ("published_by",)

    @admin.display(description=gettext_lazy("page"))
    def page(self, row: LegalText) -> SafeString:
        address = reverse("pages:legal_version", args=[row.kind, row.language, row.version])
        return format_html('<a href="{}">{}</a>', address, _("Read"))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The text in force, or the skeleton, of the kind and language in the address."""
        kind, language = request.GET.get("kind", Kind.TERMS.value), request.GET.get("language", texts.FALLBACK)
        if kind not in Kind.values or language not in dict(settings.LANGUAGES):
            kind, language = Kind.TERMS.value, texts.FALLBACK
        return {"kind": kind, "language": language, "body": texts.newest_body(Kind(kind), language)}

    def save_model(self, request: HttpRequest, obj: LegalText, form: Any, change: bool) -> None:
        made = texts.publish(
            kind=Kind(obj.kind), language=obj.language, body=obj.body, by_id=int(request.user.pk or 0), at=clock.now()
        )
        obj.pk, obj.version = made.pk, made.version

    def has_change_permission(self, request: HttpRequest, obj: LegalText | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LegalText | None = None) -> bool:
        return False
