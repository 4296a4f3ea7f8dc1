"""Portraits: pictures become two squares; everything else is refused and changes nothing."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.urls import reverse
from PIL import Image

from accounts import api
from accounts.models import User
from marketplace.kernel.errors import InvalidInput
from tests.accounts.conftest import client_of
from tests.accounts.test_settings import SPEAKS

pytestmark = pytest.mark.django_db


def picture(form: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (300, 200), **options: Any) -> bytes:
    data = io.BytesIO()
    Image.new(mode, size, 0).save(data, form, **options)
    return data.getvalue()


def bomb(side: int) -> bytes:
    """A PNG of a few bytes whose header claims a square of so many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def broken_exif() -> bytes:
    """A good picture whose EXIF data has a text where a number belongs."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "hi"
    return picture("JPEG", exif=exif).replace(b"\x01\x0e", b"\x01\x55", 1)


REFUSED = {
    "empty": b"",
    "text": b"not a picture at all",
    "html": b"<html><script>alert(1)</script></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "gif": picture("GIF", "P"),
    "bomb": bomb(30_000),
    "small bomb": bomb(7_000),
    "cut": picture("PNG", size=(900, 900))[:200],
    "cut jpeg": picture("JPEG", size=(900, 900))[:400],
    "exif": broken_exif(),
    "large": picture() + b"\0" * 5_000_001,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_good_picture_is_refused_and_changes_nothing(seller: User, settings: Any, name: str) -> None:
    upload = SimpleUploadedFile("me.png", REFUSED[name], content_type="image/png")
    with pytest.raises(InvalidInput) as refusal:
        api.set_portrait(user_id=seller.pk, upload=upload)
    assert list(refusal.value.fields) == ["portrait"]
    assert ("too many pixels" in refusal.value.message) is ("bomb" in name)
    assert User.objects.get(pk=seller.pk).portrait == ""
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.webp"))


@pytest.mark.parametrize(
    ("form", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("WEBP", "RGB")]
)
def test_a_picture_becomes_two_squares_without_its_metadata(seller: User, settings: Any, form: str, mode: str) -> None:
    options = {"exif": b"Exif\0\0secret place"} if form == "JPEG" else {}
    data = picture(form, mode, **options)
    api.set_portrait(user_id=seller.pk, upload=SimpleUploadedFile("../../me.png", data))
    user = User.objects.get(pk=seller.pk)
    files = sorted(Path(settings.MEDIA_ROOT).rglob("*"), key=lambda path: path.name)
    images = [Image.open(path) for path in files if path.suffix == ".webp"]
    assert sorted(image.size for image in images) == [(96, 96), (256, 256)]
    assert all(image.format == "WEBP" and not image.getexif() for image in images)
    assert user.portrait_url == f"/media/{user.portrait}-256.webp"
    for size, pixels in (("", 96), ("md", 96), ("lg", 256)):
        face = render_to_string("components/avatar.html", {"person": api.person(user.pk), "size": size})
        assert f'src="/media/{user.portrait}-{pixels}.webp"' in face


@pytest.mark.django_db(transaction=True)
def test_a_new_portrait_removes_the_old_files(seller: User, settings: Any) -> None:
    for _time in range(2):
        api.set_portrait(user_id=seller.pk, upload=SimpleUploadedFile("me.png", picture()))
    files = {path.name for path in Path(settings.MEDIA_ROOT).rglob("*.webp")}
    base = Path(User.objects.get(pk=seller.pk).portrait).name
    assert files == {f"{base}-256.webp", f"{base}-96.webp"}


def test_the_page_says_it_at_the_field_and_keeps_the_rest(seller: User) -> None:
    form = SPEAKS | {
        "display_name": "New name",
        "handle": "new-handle",
        "city": "Cork",
        "portrait": SimpleUploadedFile("a.png", b"no"),
    }
    answer = client_of(seller).post(reverse("accounts:settings"), form)
    assert list(answer.context["form"].errors) == ["portrait"]
    assert 'value="New name"' in answer.content.decode()
    assert User.objects.get(pk=seller.pk).display_name == "Aoife Byrne"


def test_initials_instead_of_a_portrait(seller: User) -> None:
    client = client_of(seller)
    form = SPEAKS | {"display_name": "Aoife Byrne", "handle": "aoife-byrne"}
    client.post(reverse("accounts:settings"), form | {"portrait": SimpleUploadedFile("a.png", picture())})
    assert User.objects.get(pk=seller.pk).portrait_url
    client.post(reverse("accounts:settings"), form | {"remove_portrait": "on"})
    assert User.objects.get(pk=seller.pk).portrait_url == ""
