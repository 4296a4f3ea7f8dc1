"""Text as text, whatever it calls itself: a HTML file is shown as its source."""

from __future__ import annotations

import codecs

from marketplace.kernel.previews import limits
from marketplace.kernel.previews.readers.result import Job, NoPreview, Result

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read(job: Job) -> Result:
    with job.source.open("rb") as content:
        start = content.read(limits.TEXT_BYTES + 1)
    is_cut = len(start) > limits.TEXT_BYTES
    text = decode(start[: limits.TEXT_BYTES])
    return Result({"text": text}, ["text"] if is_cut else [])


def decode(start: bytes) -> str:
    """By its mark, as UTF-8, or as Windows writes. Raises NoPreview for what is no text."""
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            text = start[len(mark) :].decode(encoding, errors="ignore")
            break
    else:
        text = _unmarked(start)
    if "\x00" in text:
        raise NoPreview("broken")
    return text


def _unmarked(start: bytes) -> str:
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(start)  # the last sign may be cut in two
    except UnicodeDecodeError:
        return start.decode("cp1252", errors="replace")
