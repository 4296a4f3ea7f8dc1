"""A form with files: sent with it, or before it in pieces. Either way they wait in its place until it is accepted."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.errors import DomainError
from marketplace.kernel.models import Upload, as_uuid
from marketplace.kernel.uploads.places import MOST_WAITING, Place

IDS = "uploads"  # the name under which a form names files that are here already
Sent = tuple["list[UploadedFile[Any]]", list[uuid.UUID]]


class FilesInput(forms.FileInput):
    """Drawn by ``components/upload.html``."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Sent:
        named = data.getlist(IDS) if hasattr(data, "getlist") else []
        ids = [found for text in named[:MOST_WAITING] if (found := as_uuid(text))]
        sent = files.getlist(name) if hasattr(files, "getlist") else []
        return [upload for upload in sent if upload], ids


class FilesField(forms.Field):
    widget = FilesInput
    is_files = True  # read by the template

    def clean(self, value: Sent) -> Sent:
        if self.required and not any(value):
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return value


class FilesForm(forms.Form):
    """``cleaned_data["files"]`` are ids of waiting files, for ``places.take``; also where other fields are wrong."""

    # Django keeps declared fields apart from the attribute of this name.
    files = FilesField(label=_("Files"), required=False)  # type: ignore[assignment]

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = place

    def clean_files(self) -> tuple[uuid.UUID, ...]:
        sent, ids = self.cleaned_data["files"]
        try:
            return self.place.gather(sent, ids)
        except DomainError as error:
            raise forms.ValidationError(error.message) from error

    @cached_property
    def waiting(self) -> list[Upload]:
        """What lies here already; the page offers to send it or to take it away."""
        return self.place.waiting()

    @cached_property
    def left_out(self) -> list[Upload]:
        """What waited and was not ticked when this form was sent: it stays so beside what was wrong."""
        if not self.is_bound or self["files"].errors:
            return []
        meant = set(self.cleaned_data.get("files", ()))
        return [upload for upload in self.waiting if upload.pk not in meant]

    def drop_files(self) -> None:
        """Of a form that had been sent before: this copy of its files is one too many."""
        self.place.drop(self.cleaned_data.get("files", ()))
