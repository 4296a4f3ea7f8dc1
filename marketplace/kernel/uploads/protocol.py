"""tus 1.0 over HTTP: core, creation, expiration, checksum, termination. https://tus.io/protocols/resumable-upload"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, InvalidInput, NotFound
from marketplace.kernel.models import Upload
from marketplace.kernel.uploads import places, writing
from marketplace.kernel.uploads.places import Announced, Place

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
ALGORITHMS = ("sha1", "sha256")
_CONTENT = "application/offset+octet-stream"
_MOST_DIGITS = 15
_STATUS_OF_CODE = {
    "offset": 409,
    "lost": 409,
    "locked": 423,
    "too_large": 413,
    "beyond": 413,
    "quota": 429,
    "checksum": 460,
    "type": 415,
    "length": 411,
}
View = Callable[..., HttpResponse]


def _speaks_tus(view: View) -> View:
    """Version and sign-in first; a refusal becomes its status, with words for the person as the body."""

    @wraps(view)
    def answer(request: HttpRequest, **named: Any) -> HttpResponse:
        method = _method(request)
        if method == "OPTIONS":
            return _options()
        if request.headers.get("Tus-Resumable") != VERSION:
            return _said("Tus-Resumable", 412, {"Tus-Version": VERSION})
        if not request.user.is_authenticated:
            return _said(_("Sign in again, then go on."), 401)
        try:
            response = view(request, method, **named)
        except DomainError as error:
            return _said(error.message, _status(error))
        response["Tus-Resumable"] = VERSION
        return response

    return answer


def _method(request: HttpRequest) -> str:
    """Proxies that know no PATCH carry it in a POST; nothing less than a POST may become more."""
    method = request.method or ""
    return request.headers.get("X-HTTP-Method-Override", method).upper() if method == "POST" else method


def _status(error: DomainError) -> int:
    by_kind = 404 if isinstance(error, NotFound) else 507 if isinstance(error, writing.NoSpace) else 400
    return _STATUS_OF_CODE.get(error.code, by_kind)


def _said(words: str, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    headers = {"Tus-Resumable": VERSION, **(headers or {})}
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8", headers=headers)


def _options() -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Tus-Resumable": VERSION,
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(settings.MAX_UPLOAD_BYTES),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        },
    )


@never_cache
@require_http_methods(["POST", "OPTIONS"])
@_speaks_tus
def collection(request: HttpRequest, method: str) -> HttpResponse:
    """Creation: announces a file; the answer says where its pieces go."""
    if method != "POST":
        return _said("POST", 405, {"Allow": "POST, OPTIONS"})
    told = _metadata(request.headers.get("Upload-Metadata", ""))
    announced = Announced(told.get("filename", ""), _number(request, "Upload-Length"), told.get("mark", ""))
    upload = places.announce(Place(_owner(request), told.get("place", ""), clock.now()), announced)
    response = HttpResponse(status=201, headers={"Location": reverse("uploads:item", args=[upload.pk])})
    return _with_expiry(response, upload)


@never_cache
@require_http_methods(["HEAD", "PATCH", "DELETE", "OPTIONS", "POST"])
@_speaks_tus
def item(request: HttpRequest, method: str, upload_id: uuid.UUID) -> HttpResponse:
    """How far a file is; its next piece; away with it."""
    match method:
        case "HEAD":
            return _head(places.own(upload_id, _owner(request)))
        case "PATCH":
            return _patch(request, upload_id, clock.now())
        case "DELETE":
            if not places.drop(upload_id=upload_id, owner_id=_owner(request)):
                raise NotFound(_("This file is not here any more."))
            return HttpResponse(status=204)
    return _said("HEAD", 405, {"Allow": "HEAD, PATCH, DELETE, OPTIONS"})


def _head(upload: Upload) -> HttpResponse:
    upload = writing.finish(upload)
    response = HttpResponse(status=200)
    response["Upload-Offset"], response["Upload-Length"] = str(upload.offset_bytes), str(upload.size_bytes)
    response["Cache-Control"] = "no-store"
    return _with_expiry(response, upload)


def _patch(request: HttpRequest, upload_id: uuid.UUID, at: datetime) -> HttpResponse:
    if request.content_type != _CONTENT:
        raise InvalidInput(f"Content-Type: {_CONTENT}", code="type")
    algorithm, digest = _checksum(request.headers.get("Upload-Checksum", ""))
    length = _number(request, "Content-Length", code="length")
    piece = writing.Piece(_number(request, "Upload-Offset"), length, algorithm, digest)
    upload = writing.receive(upload_id=upload_id, owner_id=_owner(request), piece=piece, stream=request, at=at)
    response = HttpResponse(status=204, headers={"Upload-Offset": str(upload.offset_bytes)})
    return _with_expiry(response, upload)


def _with_expiry(response: HttpResponse, upload: Upload) -> HttpResponse:
    if not upload.is_whole:
        response["Upload-Expires"] = http_date((upload.touched_at + places.UNFINISHED_FOR).timestamp())
    return response


def _owner(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


def _number(request: HttpRequest, header: str, *, code: str = "refused") -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise InvalidInput(f"{header}?", code=code)
    return int(text)


def _metadata(header: str) -> dict[str, str]:
    """Names with values in base 64, as browsers send them; what cannot be read is left out."""
    told = {}
    for pair in header.split(","):
        name, _space, value = pair.strip().partition(" ")
        try:
            told[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError):
            continue
    return told


def _checksum(header: str) -> tuple[str, bytes]:
    if not header:
        return "", b""
    algorithm, _space, value = header.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if algorithm not in ALGORITHMS or not digest:
        raise InvalidInput(f"Upload-Checksum: {', '.join(ALGORITHMS)}")
    return algorithm, digest
