from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from gigs import covers, images
from marketplace.kernel.errors import InvalidInput
from tests.gigs.conftest import picture


def _bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few bytes whose header claims 900 million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 90)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\0" * (images.MAX_BYTES + 1), "larger than 10 MB"),
        (b"not a picture at all", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "not a picture"),
        (b"%PDF-1.7", "not a picture"),
        (picture()[:2000], "not a picture"),
        (_bomb(), "40 million pixels"),
        (_bomb(8000, 5001), "40 million pixels"),
        (picture(200, 200), "smaller than"),
        (picture(4000, 10), "smaller than"),
    ],
    ids=["empty", "huge", "text", "svg", "pdf", "cut off", "bomb", "just too many pixels", "small", "a line"],
)
def test_what_is_no_usable_picture_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as refused:
        covers.store(data)
    assert set(refused.value.fields) == {"cover"}


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("GIF", "P"), ("PNG", "I;16")],
)
def test_pictures_become_webp_in_three_widths(kind: str, mode: str) -> None:
    key = covers.store(picture(kind=kind, mode=mode))
    cover = covers.cover_of(key)
    assert cover is not None
    for width in (320, 640, 1200):
        with default_storage.open(f"{key}-{width}.webp") as file, Image.open(file) as stored:
            assert (stored.format, stored.size) == ("WEBP", (width, width * 3 // 4))
    assert cover.srcset.count("w") >= 3


def test_nothing_of_the_original_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x8825] = {1: "N"}
    key = covers.store(picture(exif=exif))
    with default_storage.open(f"{key}-1200.webp") as file:
        content = file.read()
    assert b"taken at home" not in content
    with Image.open(BytesIO(content)) as stored:
        assert not stored.getexif()
        assert "icc_profile" not in stored.info


def test_a_sideways_photo_is_turned_upright() -> None:
    tall = Image.new("RGB", (600, 800), "white")
    tall.paste("black", (0, 0, 600, 400))  # the upper half
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side: show it turned by 90 degrees
    buffer = BytesIO()
    tall.transpose(Image.Transpose.ROTATE_90).save(buffer, "JPEG", exif=exif)
    upright = images.opened(buffer.getvalue())
    assert upright.size == (600, 800)
    assert upright.getpixel((300, 100)) < (40, 40, 40) < upright.getpixel((300, 700))


def test_the_same_picture_is_stored_once_and_drawn_covers_are_the_same_each_time() -> None:
    assert covers.store(picture()) == covers.store(picture())
    assert covers.draw("writing", "7") == covers.draw("writing", "7")
    assert covers.draw("writing", "7") != covers.draw("writing", "8")
