"""Private files: stored under an id, checked on the way in, streamed by a view that asked who comes."""

from __future__ import annotations

import hashlib
import mimetypes
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext as _

from marketplace.kernel import ranges, throttle
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.models import StoredFile

# Only these are shown inside the browser; everything else is a download (a HTML file could carry scripts).
_INLINE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "text/plain"})
PLAYED = frozenset(
    {"audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/flac", "audio/webm", "audio/aac"}
    | {"video/mp4", "video/webm", "video/ogg", "video/quicktime"}
)
# What the table of the system calls in other ways, or not at all.
_TYPES = {
    ".m4a": "audio/mp4", ".flac": "audio/flac", ".wav": "audio/wav", ".opus": "audio/ogg", ".oga": "audio/ogg",
    ".ogg": "audio/ogg", ".webm": "video/webm", ".webp": "image/webp", ".avif": "image/avif",
    ".md": "text/markdown", ".csv": "text/csv",
}  # fmt: skip
_LONGEST_NAME = 200

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
        check_size(upload.name or "", upload.size or 0, field)


def check_size(name: str, size: int, field: str = "files") -> None:
    """Raises InvalidInput for a file that is empty or larger than MAX_UPLOAD_BYTES."""
    if not size:
        message = _("“%(name)s” is empty. Choose the file again.") % {"name": name}
        raise InvalidInput(message, code="empty", fields={field: message})
    if size > settings.MAX_UPLOAD_BYTES:
        limit = settings.MAX_UPLOAD_BYTES // 1_000_000
        message = _("“%(name)s” is larger than %(limit)s MB.") % {"name": name, "limit": limit}
        raise InvalidInput(message, code="too_large", fields={field: message})


def clean_name(name: str) -> str:
    """The last part of a path, without what cannot be seen: a mark that turns the reading direction hides an ending."""
    last = PurePath(name.replace("\\", "/")).name
    seen = "".join(sign for sign in last if not unicodedata.category(sign).startswith("C"))
    return seen.strip()[-_LONGEST_NAME:] or "file"


def type_of(name: str) -> str:
    """By the ending alone: what somebody claims of their file counts for nothing."""
    return _TYPES.get(PurePath(name).suffix.lower()) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def store(upload: UploadedFile[Any], *, uploaded_by_id: int | None, at: datetime) -> StoredFile:
    """Saves one checked upload and its SHA-256. Raises InvalidInput as ``check_uploads`` does."""
    check_uploads([upload])
    take_from_allowance(uploaded_by_id, upload.size or 0)
    return keep(upload, name=clean_name(upload.name or "file"), uploaded_by_id=uploaded_by_id, at=at)


def keep(content: File[bytes], *, name: str, at: datetime, uploaded_by_id: int | None = None) -> StoredFile:
    """Saves something that is not empty, an upload or what the site itself has made, and its SHA-256."""
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    stored = StoredFile(
        name=name,
        size_bytes=content.size or 0,
        content_type=type_of(name),
        sha256=digest.hexdigest(),
        uploaded_by_id=uploaded_by_id,
        created_at=at,
    )
    stored.file.save(name, content, save=False)
    written = _written.get()
    if written is not None:
        written.append(stored)
    stored.save(force_insert=True)
    return stored


def take_from_allowance(user_id: int | None, size: int) -> None:
    """Raises InvalidInput where a person sends more in a day than UPLOAD_BYTES_A_DAY.

    Who has not signed in is limited by address, where the request is known (``gigs.web.checkout``).
    """
    limit = settings.UPLOAD_BYTES_A_DAY
    if user_id and not throttle.spend(f"upload:{user_id}", size, limit=limit, seconds=_DAY_SECONDS):
        message = _("That is more than one person may upload in a day. Go on tomorrow, or send a link.")
        raise InvalidInput(message, code="quota", fields={"files": message})


def store_all(uploads: Iterable[UploadedFile[Any]], *, uploaded_by_id: int | None, at: datetime) -> list[StoredFile]:
    """Checks every upload before the first is stored."""
    uploads = list(uploads)
    check_uploads(uploads)
    return [store(upload, uploaded_by_id=uploaded_by_id, at=at) for upload in uploads]


def response(stored: StoredFile, asked: str = "") -> FileResponse:
    """Streams a file to somebody whose right to it the caller has checked. Raises NotFound where the disk lost it.

    ``asked``: the request's Range header. One range is answered alone (206), so that a player can jump and a
    download can go on; anything else is answered whole, as RFC 9110 allows.
    """
    try:
        content = stored.file.open("rb")
    except FileNotFoundError as error:
        raise NotFound(_("This file is not there any more.")) from error
    answer = ranges.answer(content, stored.size_bytes, asked, content_type=_shown_as(stored))
    disposition = "attachment" if answer["Content-Type"] == _DOWNLOAD else "inline"
    answer["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(stored.name)}"
    answer["ETag"] = f'"{stored.sha256}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox"
    answer["Cache-Control"] = "private, max-age=300"
    return answer


_DOWNLOAD = "application/octet-stream"


def _shown_as(stored: StoredFile) -> str:
    kind = stored.content_type
    if kind not in _INLINE and kind not in PLAYED:
        return _DOWNLOAD
    # Without a charset browsers read text as Windows-1252; hardly anybody writes that any more.
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
