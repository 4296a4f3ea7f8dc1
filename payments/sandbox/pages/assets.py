"""The pages' own style sheet and script, and files that were uploaded."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from payments.sandbox import runtime
from payments.sandbox.core import files

FOLDER = Path(__file__).parent.parent / "static"
TYPES = {"sandbox.css": "text/css", "sandbox.js": "text/javascript"}


def asset(_request: HttpRequest, name: str) -> FileResponse:
    if name not in TYPES:
        raise Http404
    response = FileResponse((FOLDER / name).open("rb"), content_type=TYPES[name])
    response["Cache-Control"] = "no-cache"
    return response


def upload(_request: HttpRequest, file_id: str) -> HttpResponse:
    """Stripe asks for a key here; a browser on the dashboard has none, and the sandbox has no secrets."""
    with runtime.store().transaction() as tx:
        found = files.read(tx, file_id)
    if found is None:
        raise Http404
    file, content = found
    response = HttpResponse(content, content_type=files.CONTENT_TYPES[file["type"]])
    response["Content-Disposition"] = f'attachment; filename="{file_id}.{file["type"]}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
