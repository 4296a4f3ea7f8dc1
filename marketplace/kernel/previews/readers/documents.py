"""A Word document's text with its headings, lists and tables. Whoever shows it cleans the HTML first."""

from __future__ import annotations

import zipfile
from typing import Any

from marketplace.kernel.previews import limits
from marketplace.kernel.previews.readers.result import Job, NoPreview, Result
from marketplace.kernel.previews.readers.tables import check_unpacked

# Below the headings of the page that shows it.
_STYLES = "\n".join(
    f"p[style-name='{name}'] => {tag}:fresh"
    for name, tag in {"Title": "h3", "Heading 1": "h3", "Heading 2": "h4", "Heading 3": "h5", "Heading 4": "h6"}.items()
)


def read(job: Job) -> Result:
    import mammoth

    _check(job)
    pictures: list[Any] = []

    @mammoth.images.img_element  # type: ignore[untyped-decorator]
    def leave_out(image: Any) -> dict[str, str]:
        pictures.append(image)
        return {}

    try:
        with job.source.open("rb") as content:
            html = mammoth.convert_to_html(content, convert_image=leave_out, style_map=_STYLES).value
    except MemoryError as error:
        raise NoPreview("too_large") from error
    except Exception as error:  # of a file that says nothing true, the library raises anything
        raise NoPreview("broken") from error
    left_out = ["pictures"] if pictures else []
    if len(html) > limits.HTML_CHARACTERS:
        html, left_out = html[: limits.HTML_CHARACTERS], [*left_out, "text"]
    return Result({"html": html}, left_out)


def _check(job: Job) -> None:
    check_unpacked(job)
    try:
        with zipfile.ZipFile(job.source) as packed:
            size = packed.getinfo("word/document.xml").file_size
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise NoPreview("broken") from error
    if size > limits.DOCUMENT_BYTES:
        raise NoPreview("too_large")
