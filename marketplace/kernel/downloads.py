"""Files that one person gets, made when they ask: each with a name, and kept by no cache on the way."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse, StreamingHttpResponse

from marketplace.kernel import tables

CSV = "text/csv; charset=utf-8"


def private_file(content: bytes, name: str, content_type: str) -> HttpResponse:
    """``name``: of letters, digits, ``-`` and ``.``."""
    return HttpResponse(content, content_type=content_type, headers=_headers(name))


def private_lines(lines: Iterable[str], name: str, content_type: str = CSV) -> StreamingHttpResponse:
    """What may be long: sent while it is read. CSV's first line begins with ``tables.BOM``."""
    return StreamingHttpResponse(lines, content_type=content_type, headers=_headers(name))


def private_table(rows: Iterable[Iterable[str]], name: str) -> HttpResponse:
    """Rows as CSV; the first are the headings, in the reader's language."""
    text = tables.BOM + "".join(tables.lines(rows))
    return private_file(text.encode(), name, CSV)


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
