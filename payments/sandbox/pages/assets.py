"""The pages' own style sheet and script."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest

FOLDER = Path(__file__).parent.parent / "static"
TYPES = {"sandbox.css": "text/css", "sandbox.js": "text/javascript"}


def asset(_request: HttpRequest, name: str) -> FileResponse:
    if name not in TYPES:
        raise Http404
    response = FileResponse((FOLDER / name).open("rb"), content_type=TYPES[name])
    response["Cache-Control"] = "no-cache"
    return response
