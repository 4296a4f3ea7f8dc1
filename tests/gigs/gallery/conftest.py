"""A gig, and files as people bring them: pictures, films, PDFs, and what only calls itself one."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import av
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from gigs.gallery import preparing, services
from gigs.gallery.services import Added
from gigs.models import GalleryItem, Gig
from marketplace.kernel.uploads import places
from marketplace.kernel.uploads.places import Place
from tests.gigs.conftest import MakeGig

Add = Callable[..., Added]


@pytest.fixture
def gig(make_gig: MakeGig) -> Gig:
    """Live, with the drawn cover that a gig without pictures gets."""
    made = make_gig()
    GalleryItem.objects.filter(gig=made).delete()
    Gig.objects.filter(pk=made.pk).update(cover="covers/dd/" + "d" * 32, cover_is_drawn=True)
    services.refresh(Gig.objects.get(pk=made.pk), made.created_at)
    return Gig.objects.get(pk=made.pk)


@pytest.fixture
def add(gig: Gig, at: datetime) -> Add:
    """Sends files, by name and content, and prepares them unless told otherwise."""

    def send(files: dict[str, bytes], *, prepared: bool = True) -> Added:
        ids = [upload(gig, name, content, at) for name, content in files.items()]
        added = services.add(gig_id=gig.pk, seller_id=gig.seller_id, uploads=ids, at=at)
        if prepared:
            prepare_all(at)
        return added

    return send


def upload(gig: Gig, name: str, content: bytes, at: datetime) -> uuid.UUID:
    return places.keep(Place(gig.seller_id, f"gallery-{gig.pk}", at), SimpleUploadedFile(name, content))


def prepare_all(at: datetime) -> int:
    number = 0
    while preparing.prepare_next(at):
        number += 1
    return number


def items(gig: Gig) -> list[GalleryItem]:
    return list(GalleryItem.objects.filter(gig=gig))


def picture(seed: int = 1, size: tuple[int, int] = (800, 600), kind: str = "JPEG", **options: object) -> bytes:
    """Shapes that a perceptual hash tells apart; the same seed draws the same ones at any size."""
    width, height = size
    sheet = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(sheet)
    for row in range(8):
        for column in range(9):
            shade = (seed * 7919 + row * 104_729 + column * 1_299_709 + row * column * seed * 31) % 256
            box = (column * width // 9, row * height // 8, (column + 1) * width // 9, (row + 1) * height // 8)
            pen.rectangle(box, fill=(shade, shade, 255 - shade))
    buffer = BytesIO()
    sheet.save(buffer, kind, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def film(ending: str = "mp4", codec: str = "libx264", *, seconds: int = 2, size: tuple[int, int] = (320, 240)) -> bytes:
    """Black at first, as films begin; with a title and a place, as telephones write them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"film.{ending}"
        with av.open(str(path), "w") as target:
            target.metadata.update({"title": "taken at home", "comment": "+52.5200+013.4050/"})
            stream = target.add_stream(codec, rate=6)
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            for number in range(seconds * 6):
                shade = 0 if number < 2 else 200
                frame = av.VideoFrame.from_image(Image.new("RGB", size, (shade, shade, shade)))
                target.mux(stream.encode(frame))
            target.mux(stream.encode())
        return path.read_bytes()


def sound() -> bytes:
    """An MP4 without a picture."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.mp4"
        with av.open(str(path), "w") as target:
            stream = target.add_stream("aac", rate=44_100, layout="mono")
            frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            frame.sample_rate = 44_100
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            target.mux(stream.encode(frame))
            target.mux(stream.encode())
        return path.read_bytes()


def pdf(pages: int = 3, **options: object) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(400, 600), **options)  # type: ignore[arg-type]
    canvas.setAuthor("Somebody at home")
    for number in range(pages):
        canvas.setFillGray(0.3)
        canvas.rect(20, 20, 150, 400 - number, fill=1)
        canvas.drawString(200, 500, f"Page {number + 1}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
