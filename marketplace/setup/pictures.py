"""Logo and icon: whatever was uploaded is drawn anew, without its metadata, or refused."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.ids import new_id
from marketplace.setup import svg

FOLDER = "site"
MAX_BYTES = 2_000_000
MAX_PIXELS = 16_000_000
_FORMATS = ("PNG", "JPEG", "WEBP")
_LOGO_BOX = (480, 120)  # twice of what is ever shown
_ICONS = (32, 180)


@dataclass(frozen=True, slots=True)
class Logo:
    """Paths in public storage."""

    shown: str
    in_mail: str  # empty for a drawing: mail programs show none


def keep_logo(upload: UploadedFile[Any]) -> Logo:
    """Raises InvalidInput at ``logo``."""
    if _is_drawing(upload):
        return Logo(_store(svg.cleaned(upload.read(svg.MAX_BYTES + 1)), "svg"), "")
    picture = _read(upload, "logo")
    picture.thumbnail(_LOGO_BOX)
    path = _store(_png(picture), "png")
    return Logo(path, path)


def keep_icon(upload: UploadedFile[Any]) -> tuple[str, str]:
    """32 and 180 pixels, square. Raises InvalidInput at ``icon``."""
    picture = _read(upload, "icon")
    small, large = (_png(ImageOps.pad(picture, (size, size), color=(0, 0, 0, 0))) for size in _ICONS)
    first = _store(small, "png")
    try:
        return first, _store(large, "png")
    except BaseException:
        drop([first])
        raise


def drop(paths: Iterable[str]) -> None:
    """Deletes files; those that are gone or have no name are left out."""
    for path in filter(None, paths):
        default_storage.delete(path)


def _is_drawing(upload: UploadedFile[Any]) -> bool:
    head: bytes = upload.read(1_000).lstrip(b"\xef\xbb\xbf \t\r\n")
    upload.seek(0)
    return head.startswith(b"<")


def _read(upload: UploadedFile[Any], field: str) -> Image.Image:
    if not upload.size:
        raise _refused(field, _("The file is empty. Choose the picture again."))
    if upload.size > MAX_BYTES:
        raise _refused(field, _("The picture is larger than 2 MB. Make it smaller first."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(upload, formats=_FORMATS)
            # The header tells the size before a single pixel is unpacked.
            if image.width * image.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            return ImageOps.exif_transpose(image).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refused(field, _("The picture has too many pixels. Make it smaller first.")) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, struct.error) as error:
        raise _refused(field, _("This is not a picture we can read. Use PNG, JPEG, WebP or SVG.")) from error


def _png(picture: Image.Image) -> bytes:
    data = io.BytesIO()
    bare = Image.new("RGBA", picture.size)
    bare.paste(picture)
    bare.save(data, "PNG", optimize=True)
    return data.getvalue()


def _store(data: bytes, ending: str) -> str:
    return default_storage.save(f"{FOLDER}/{new_id().hex}.{ending}", ContentFile(data))


def _refused(field: str, message: str) -> InvalidInput:
    return InvalidInput(message, fields={field: message})
