"""Private files: stored under an id, checked on the way in, streamed by a view that asked who comes."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext as _

from marketplace.kernel import throttle
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.models import StoredFile

# Only these are shown inside the browser; everything else is a download (a HTML file could carry scripts).
_INLINE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "text/plain"})


_DAY_SECONDS = 24 * 3600
# Files that were written since the innermost ``with_its_files`` began.
_written: ContextVar[list[StoredFile] | None] = ContextVar("written", default=None)


@contextmanager
def with_its_files() -> Iterator[None]:
    """A transaction whose new files vanish with it: a disk knows no rollback."""
    written: list[StoredFile] = []
    token = _written.set(written)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for stored in written:
            stored.file.storage.delete(str(stored.file.name))
        raise
    finally:
        _written.reset(token)


def check_uploads(uploads: Iterable[UploadedFile[Any]], field: str = "files") -> None:
    """Raises InvalidInput naming the first file that is empty or larger than MAX_UPLOAD_BYTES."""
    for upload in uploads:
        if not upload.size:
            message = _("“%(name)s” is empty. Choose the file again.") % {"name": upload.name}
            raise InvalidInput(message, fields={field: message})
        if upload.size > settings.MAX_UPLOAD_BYTES:
            limit = settings.MAX_UPLOAD_BYTES // 1_000_000
            message = _("“%(name)s” is larger than %(limit)s MB.") % {"name": upload.name, "limit": limit}
            raise InvalidInput(message, fields={field: message})


def store(upload: UploadedFile[Any], *, uploaded_by_id: int | None, at: datetime) -> StoredFile:
    """Saves one checked upload and its SHA-256. Raises InvalidInput as ``check_uploads`` does."""
    check_uploads([upload])
    _take_from_allowance(upload, uploaded_by_id)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    name = PurePath(upload.name or "file").name.replace("\x00", "")[-200:] or "file"
    stored = StoredFile(
        name=name,
        size_bytes=upload.size or 0,
        content_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        sha256=digest.hexdigest(),
        uploaded_by_id=uploaded_by_id,
        created_at=at,
    )
    stored.file.save(name, upload, save=False)
    written = _written.get()
    if written is not None:
        written.append(stored)
    stored.save(force_insert=True)
    return stored


def _take_from_allowance(upload: UploadedFile[Any], user_id: int | None) -> None:
    """Who has not signed in is limited by address, where the request is known (``gigs.web.checkout``)."""
    limit = settings.UPLOAD_BYTES_A_DAY
    if user_id and not throttle.spend(f"upload:{user_id}", upload.size or 0, limit=limit, seconds=_DAY_SECONDS):
        message = _("That is more than one person may upload in a day. Go on tomorrow, or send a link.")
        raise InvalidInput(message, fields={"files": message})


def store_all(uploads: Iterable[UploadedFile[Any]], *, uploaded_by_id: int | None, at: datetime) -> list[StoredFile]:
    """Checks every upload before the first is stored."""
    uploads = list(uploads)
    check_uploads(uploads)
    return [store(upload, uploaded_by_id=uploaded_by_id, at=at) for upload in uploads]


def response(stored: StoredFile) -> FileResponse:
    """Streams a file to somebody whose right to it the caller has checked. Raises NotFound where the disk lost it."""
    inline = stored.content_type in _INLINE
    # Without a charset browsers read text as Windows-1252; hardly anybody writes that any more.
    charset = "; charset=utf-8" if stored.content_type.startswith("text/") else ""
    content_type = stored.content_type + charset if inline else "application/octet-stream"
    try:
        content = stored.file.open("rb")
    except FileNotFoundError as error:
        raise NotFound(_("This file is not there any more.")) from error
    answer = FileResponse(content, content_type=content_type)
    disposition = "inline" if inline else "attachment"
    answer["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(stored.name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox"
    answer["Cache-Control"] = "private, max-age=300"
    return answer
