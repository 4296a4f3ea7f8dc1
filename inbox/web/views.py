"""The files in messages."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from inbox import selectors
from inbox.web.readers import reader_of
from marketplace.kernel import files as private_files


@login_required
@require_safe
def file(request: HttpRequest, file_id: uuid.UUID) -> FileResponse:
    found = selectors.file_of_message(file_id, reader_of(request))
    return private_files.response(found, request.headers.get("Range", ""))
