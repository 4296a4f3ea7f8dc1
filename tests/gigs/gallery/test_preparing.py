"""What becomes of the files: many kinds of good ones, and more kinds of bad ones."""

from __future__ import annotations

import struct
import uuid
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import av
import pypdfium2
import pytest
from django.core.files.storage import default_storage
from PIL import Image

from gigs.gallery import preparing, rules, services
from gigs.gallery.shown import slides_of
from gigs.models import GalleryItem, Gig
from marketplace.kernel import outbox
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.models import OutboxMessage, StoredFile, Upload
from tests.gigs.gallery.conftest import Add, film, items, pdf, picture, prepare_all, sound, upload

pytestmark = pytest.mark.django_db


def stored(name: str) -> Image.Image:
    with default_storage.open(name) as file:
        return Image.open(BytesIO(file.read()))


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few bytes whose header claims 900 million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 90)) + chunk(b"IEND", b"")
    )


def test_a_picture_is_kept_whole_and_cropped_in_both_formats(add: Add, gig: Gig) -> None:
    add({"wide.png": picture(size=(2400, 1000), kind="PNG")})
    (item,) = items(gig)
    assert (item.state, item.kind, item.source) == ("ready", "image", None)
    assert item.content == {"size": [1600, 667], "whole": [640, 1200, 1600]}
    for ending in ("webp", "avif"):
        assert [stored(f"{item.key}-{width}.{ending}").size for width in (320, 640, 1200)] == [
            (320, 240), (640, 480), (1200, 900),
        ]  # fmt: skip
        assert [stored(f"{item.key}-w{width}.{ending}").size for width in (640, 1200, 1600)] == [
            (640, 267), (1200, 500), (1600, 667),
        ]  # fmt: skip
        assert stored(f"{item.key}-w640.{ending}").format == ending.upper()
    assert not StoredFile.objects.exists()


def test_a_small_picture_is_not_blown_up(add: Add, gig: Gig) -> None:
    add({"small.jpg": picture(size=(500, 400))})
    assert items(gig)[0].content == {"size": [500, 400], "whole": [500]}


def test_nothing_that_came_with_a_picture_is_kept_and_it_stands_upright(add: Add, gig: Gig) -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "taken at home", 6  # the camera lay on its side
    add({"a.jpg": picture(size=(800, 600), exif=exif)})
    (item,) = items(gig)
    assert item.content["size"] == [600, 800]
    for name in (f"{item.key}-w600.webp", f"{item.key}-w600.avif", f"{item.key}-320.webp"):
        with default_storage.open(name) as file:
            assert b"taken at home" not in file.read()
        assert not stored(name).getexif()


@pytest.mark.parametrize(("ending", "codec"), [("mp4", "libx264"), ("webm", "libvpx-vp9"), ("webm", "libvpx")])
def test_a_video_is_packed_anew_with_a_poster(add: Add, gig: Gig, ending: str, codec: str) -> None:
    content = film(ending, codec)
    assert b"taken at home" in content
    add({f"clip.{ending}": content})
    (item,) = items(gig)
    assert (item.state, item.why) == ("ready", "")
    assert (item.content["seconds"], item.content["ending"], item.content["size"]) == (2, ending, [320, 240])
    with default_storage.open(f"{item.key}.{ending}") as file:
        kept = file.read()
    assert item.content["bytes"] == len(kept)
    assert b"taken at home" not in kept
    assert b"+52.5200" not in kept
    with av.open(BytesIO(kept)) as container:
        assert sum(1 for _frame in container.decode(video=0)) == 12
    assert stored(f"{item.key}-640.webp").convert("L").getpixel((300, 200)) > 150, "not the black beginning"  # type: ignore[operator]


def test_an_mp4_can_be_played_before_it_is_all_there(add: Add, gig: Gig) -> None:
    add({"a.mp4": film()})
    with default_storage.open(f"{items(gig)[0].key}.mp4") as file:
        content = file.read()
    assert content.index(b"moov") < content.index(b"mdat")


def test_a_pdf_is_its_pages_alone_and_the_first_as_a_picture(add: Add, gig: Gig) -> None:
    add({"work.pdf": pdf(3)})
    (item,) = items(gig)
    assert (item.content["pages"], item.content["size"]) == (3, [1067, 1600])
    with default_storage.open(f"{item.key}.pdf") as file:
        kept = file.read()
    assert b"Somebody" not in kept
    document = pypdfium2.PdfDocument(kept)
    assert (len(document), document.get_metadata_dict().get("Author", "")) == (3, "")
    assert "Page 2" in document[1].get_textpage().get_text_range()


BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "cut picture": ("a.jpg", lambda: picture()[:3000], "broken"),
    "bomb": ("a.png", bomb, "too_many_pixels"),
    "just too many pixels": ("a.png", lambda: bomb(8000, 5001), "too_many_pixels"),
    "small": ("a.jpg", lambda: picture(size=(200, 150)), "small"),
    "a line": ("a.jpg", lambda: picture(size=(4000, 20)), "small"),
    "sound": ("a.mp4", sound, "no_video"),
    "hevc": ("a.mp4", lambda: film(codec="libx265"), "codec"),
    "too long": ("a.mp4", lambda: film(seconds=80, size=(64, 64)), "too_long"),
    "cut film": ("a.mp4", lambda: film()[:700], "broken"),
    "film of zeros": ("a.webm", lambda: b"\x1aE\xdf\xa3" + b"webm" + b"\0" * 9000, "broken"),
    "cut pdf": ("a.pdf", lambda: b"%PDF-1.7\n" + b"\0" * 500, "broken"),
    "locked pdf": ("a.pdf", lambda: pdf(1, encrypt="secret"), "password"),
    "many pages": ("a.pdf", lambda: pdf(201), "too_many_pages"),
}


@pytest.mark.parametrize(("name", "content", "why"), BAD.values(), ids=list(BAD))
def test_what_cannot_be_shown_says_why_and_what_to_do(
    add: Add, gig: Gig, name: str, content: Callable[[], bytes], why: str
) -> None:
    before = gig.cover
    assert add({name: content()}).number == 1
    (item,) = items(gig)
    assert (item.state, item.why, item.key) == ("failed", why, "")
    assert any(verb in rules.reason(item.kind, item.why).lower() for verb in ("add", "export", "save"))
    gig = Gig.objects.get(pk=gig.pk)
    assert (gig.cover, [slide.src for slide in slides_of(gig)]) == (before, [f"/media/{before}-640.webp"])
    assert not StoredFile.objects.exists()


def test_a_length_that_lies_is_measured(add: Add, gig: Gig) -> None:
    """The header says two seconds, the frames say eighty."""
    content = bytearray(film(seconds=80, size=(64, 64)))
    for box in (b"mvhd", b"mdhd", b"tkhd"):
        at = content.index(box) + 4
        place = at + (20 if box == b"tkhd" else 16)
        content[place : place + 4] = struct.pack(">I", 2)
    add({"a.mp4": bytes(content)})
    assert items(gig)[0].why == "too_long"


REFUSED = {
    "svg": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "drawing (SVG)"),
    "svg as png": ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "not a picture that we can read"),
    "html as pdf": ("a.pdf", b"<html>", "not a PDF"),
    "picture as video": ("a.mp4", b"\x89PNG\r\n\x1a\n", "not a video that we can read"),
    "heic as mp4": ("a.mp4", b"\0\0\0\x18ftypheic\0\0", "not a video that we can read"),
    "mov": ("a.mov", b"\0\0\0\x14ftypqt  ", "export the video as MP4 or WebM"),
    "zip": ("a.zip", b"PK\x03\x04", "no picture, video or PDF"),
    "no ending": ("picture", b"\xff\xd8\xff", "no picture, video or PDF"),
    "large picture": ("a.jpg", b"\xff\xd8\xff" + b"\0" * 10_000_000, "larger than 10 MB"),
    "large pdf": ("a.pdf", b"%PDF-" + b"\0" * 10_000_000, "larger than 10 MB"),
    "large video": ("a.mp4", b"\0\0\0\x14ftypisom" + b"\0" * 50_000_000, "larger than 50 MB"),
}


@pytest.mark.parametrize(("name", "content", "words"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_nothing_for_a_gallery_is_named_and_deleted_and_the_others_stay(
    add: Add, gig: Gig, name: str, content: bytes, words: str
) -> None:
    added = add({name: content, "good.jpg": picture()}, prepared=False)
    assert (added.number, len(added.refused)) == (1, 1)
    assert words in added.refused[0]
    assert name in added.refused[0]
    assert [item.name for item in items(gig)] == ["good.jpg"]
    assert not Upload.objects.exists()


def test_empty_files_and_none_are_refused(gig: Gig, at: datetime) -> None:
    with pytest.raises(InvalidInput, match="empty"):
        upload(gig, "a.png", b"", at)
    with pytest.raises(InvalidInput, match="at least one"):
        services.add(gig_id=gig.pk, seller_id=gig.seller_id, uploads=[], at=at)
    with pytest.raises(InvalidInput, match="not here any more"):
        services.add(gig_id=gig.pk, seller_id=gig.seller_id, uploads=[uuid.uuid4()], at=at)
    assert not items(gig)


def test_one_too_many_waits_and_those_that_failed_take_no_room(add: Add, gig: Gig, at: datetime) -> None:
    add({"bad.mp4": sound()})
    small = {f"{number}.jpg": picture(number, size=(320, 240)) for number in range(11)}
    films = {"a.mp4": film(), "b.mp4": film()}
    added = add({**small, **films, "a.pdf": pdf(1), "b.pdf": pdf(1), "c.pdf": pdf(1)}, prepared=False)
    assert (added.number, len(added.waiting)) == (13, 3)
    assert sorted(Upload.objects.values_list("name", flat=True)) == ["10.jpg", "b.mp4", "c.pdf"]
    kinds = [item.kind for item in items(gig) if not item.is_failed]
    assert (kinds.count("image"), kinds.count("video"), kinds.count("pdf")) == (10, 1, 2)


def test_the_outbox_asks_a_worker_and_the_sweep_finds_what_it_lost(
    add: Add, gig: Gig, at: datetime, monkeypatch: Any
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("gigs.outbox_handlers.hurry", lambda task: asked.append(task.name) or True)
    add({"a.jpg": picture(1), "b.jpg": picture(2)}, prepared=False)
    assert OutboxMessage.objects.filter(topic=services.TOPIC).count() == 2
    outbox.deliver_due(at)
    assert asked == ["gigs.gallery.tasks.prepare_gallery"] * 2
    claimed = preparing.claim(GalleryItem.objects, at)
    assert claimed is not None
    assert prepare_all(at) == 1, "a worker has the other one"
    assert prepare_all(at + timedelta(minutes=10)) == 1, "that worker died"
    assert all(item.is_ready for item in items(gig))


def test_what_kills_three_workers_fails(add: Add, gig: Gig, at: datetime) -> None:
    add({"a.jpg": picture()}, prepared=False)
    GalleryItem.objects.filter(gig=gig).update(attempts=3)
    prepare_all(at)
    assert items(gig)[0].why == "lost"


def test_one_that_is_removed_while_it_is_prepared_stays_removed(
    add: Add, gig: Gig, at: datetime, monkeypatch: Any
) -> None:
    add({"a.jpg": picture()}, prepared=False)
    (item,) = items(gig)
    read = preparing._read

    def remove_meanwhile(*arguments: Any) -> Any:
        answer = read(*arguments)
        services.remove(gig_id=gig.pk, seller_id=gig.seller_id, item_id=item.pk, at=at)
        return answer

    monkeypatch.setattr(preparing, "_read", remove_meanwhile)
    prepare_all(at)
    assert not items(gig)
    assert slides_of(Gig.objects.get(pk=gig.pk))[0].src.startswith("/media/covers/")


def test_what_the_process_wrote_is_not_believed(add: Add, gig: Gig, at: datetime, monkeypatch: Any) -> None:
    add({"a.jpg": picture()}, prepared=False)
    read = preparing._read

    def overtaken(item: GalleryItem, folder: Any) -> Any:
        answer = read(item, folder)
        (folder / "640.webp").write_bytes(b"<script>alert(1)</script>")
        return answer

    monkeypatch.setattr(preparing, "_read", overtaken)
    prepare_all(at)
    assert [(item.state, item.why) for item in items(gig)] == [("failed", "broken")]
