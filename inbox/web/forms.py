from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.errors import DomainError
from marketplace.kernel.uploads.forms import FilesForm


class MessageForm(FilesForm):
    """Text, files and the key that makes a second click harmless; the service checks what they hold."""

    body = forms.CharField(label=_("Message"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    form_key = forms.CharField(max_length=100, widget=forms.HiddenInput)

    def add_refusal(self, error: DomainError) -> None:
        for name, message in error.fields.items() or [("", error.message)]:
            self.add_error(name if name in self.fields else None, message)
