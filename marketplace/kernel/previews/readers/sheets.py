"""A PDF for public pages: its pages alone, copied into a new file, and the first one as a picture."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.previews.readers import renditions
from marketplace.kernel.previews.readers.result import Job, NoPreview, Result


def read(job: Job) -> Result:
    """Options as ``renditions.make`` takes them, and ``most_pages``. Writes ``file.pdf`` beside the pictures.

    Raises NoPreview: ``broken``, ``password``, ``too_many_pages``.
    """
    import pypdfium2 as pdfium

    try:
        with pdfium.PdfDocument(job.source) as document:
            count = len(document)
            if not count:
                raise NoPreview("broken")
            if count > job.options["most_pages"]:
                raise NoPreview("too_many_pages")
            content = renditions.make(_first(document, job.options["longest"]), job.folder, job.options)
            # Who wrote it, with what, scripts and attachments stay behind.
            with pdfium.PdfDocument.new() as clean:
                clean.import_pages(document)
                clean.save(job.folder / "file.pdf")
    except pdfium.PdfiumError as error:
        raise NoPreview("password" if "assword" in str(error) else "broken") from error
    return Result({**content, "pages": count})


def _first(document: Any, longest: int) -> Any:
    page = document[0]
    width, height = page.get_size()
    # A page may claim any size: what counts is how many pixels are drawn.
    scale = min(longest / max(width, height, 1), 4)
    drawn = page.render(scale=scale).to_pil().convert("RGB")
    page.close()
    return drawn
