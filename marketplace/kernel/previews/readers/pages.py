"""The first pages of a PDF as pictures."""

from __future__ import annotations

from marketplace.kernel.previews import limits
from marketplace.kernel.previews.readers import pictures
from marketplace.kernel.previews.readers.result import Job, NoPreview, Result


def read(job: Job) -> Result:
    import pypdfium2 as pdfium

    sizes = []
    try:
        with pdfium.PdfDocument(job.source) as document:
            count = len(document)
            for number in range(min(count, limits.PAGES)):
                page = document[number]
                width, height = page.get_size()
                # A page may claim any size: what counts is how many pixels are drawn.
                scale = min(limits.PAGE_WIDTH / max(width, 1), limits.PAGE_HEIGHT / max(height, 1), 3)
                drawn = page.render(scale=scale).to_pil()
                sizes.append(pictures.save(drawn, job.folder / f"{number + 1}.webp", job.watermark))
                page.close()
    except pdfium.PdfiumError as error:
        raise NoPreview("password" if "assword" in str(error) else "broken") from error
    if not sizes:
        raise NoPreview("broken")
    return Result({"pictures": sizes}, ["pages"] if count > limits.PAGES else [])
