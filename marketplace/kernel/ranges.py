"""One byte range of a file (RFC 9110): Django streams files whole only, and no kept library does this alone."""

from __future__ import annotations

import re
from typing import IO, Any

from django.http import FileResponse

_ONE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


def part_of(asked: str, size: int) -> range | None:
    """The bytes that a Range header asks for, empty where the file has none of them; None: all of it."""
    match = _ONE.fullmatch(asked.replace(" ", ""))
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        return range(max(0, size - int(match[2])), size)
    last = min(int(match[2]), size - 1) if match[2] else size - 1
    first = int(match[1])
    if match[2] and int(match[2]) < first:
        return None
    return range(first, last + 1) if first < size else range(0)


class Slice:
    """A part of an open file, as FileResponse reads one."""

    def __init__(self, content: IO[bytes], part: range) -> None:
        self.content, self.left = content, len(part)
        content.seek(part.start)

    def read(self, size: int = -1) -> bytes:
        block = self.content.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(block)
        return block

    def close(self) -> None:
        self.content.close()


def answer(content: IO[bytes], size: int, asked: str, **options: Any) -> FileResponse:
    """An open file whole (200), the one range of it that ``asked`` names (206), or that it has none such (416).

    ``asked``: the request's Range header; ``options`` as FileResponse takes them.
    """
    part = part_of(asked, size)
    response = FileResponse(Slice(content, part) if part else content, **options)
    if part:
        response.status_code = 206
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
        response["Content-Length"] = str(len(part))
    elif part is not None:
        response.close()
        response = FileResponse(iter(()), status=416, headers={"Content-Range": f"bytes */{size}"})
    response["Accept-Ranges"] = "bytes"
    return response
