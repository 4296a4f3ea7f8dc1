"""Portraits: whatever was uploaded becomes two square WebP files without its metadata, or is refused."""

from __future__ import annotations

import io
import struct
import warnings
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.models import User
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.ids import new_id

MAX_BYTES = 5_000_000
MAX_PIXELS = 40_000_000
SIZES = (256, 96)
_FORMATS = ("JPEG", "PNG", "WEBP")
# Which part of a picture that is no square stays.
FOCUSES: tuple[tuple[str, str | Promise], ...] = (
    ("", gettext_lazy("The middle")),
    ("top", gettext_lazy("The top")),
    ("bottom", gettext_lazy("The bottom")),
    ("left", gettext_lazy("The left side")),
    ("right", gettext_lazy("The right side")),
)
_MIDDLE = (0.5, 0.5)
_CENTRES = {"top": (0.5, 0.0), "bottom": (0.5, 1.0), "left": (0.0, 0.5), "right": (1.0, 0.5)}


def set_portrait(*, user_id: int, upload: UploadedFile[Any], focus: str = "") -> None:
    """Checks, cuts to a square and stores a picture, and shows it from now on. ``focus``: a key of FOCUSES.

    Raises InvalidInput at ``portrait``.
    """
    picture = read_picture(upload)
    base = _store(picture, _CENTRES.get(focus, _MIDDLE))
    _replace(user_id, base)


def remove_portrait(*, user_id: int) -> None:
    _replace(user_id, "")


def read_picture(upload: UploadedFile[Any]) -> Image.Image:
    """A real, complete image within the limits, upright, in RGB. Raises InvalidInput at ``portrait``."""
    if not upload.size:
        raise _refused(_("The file is empty. Choose the picture again."))
    if upload.size > MAX_BYTES:
        raise _refused(_("The picture is larger than 5 MB. Make it smaller first."))
    try:
        with warnings.catch_warnings():
            # Pillow only warns of images that unpack to gigabytes; here that is a refusal.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _decode(upload)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refused(_("The picture has too many pixels. Make it smaller first.")) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, struct.error) as error:
        raise _refused(_("This is not a picture we can read. Use JPEG, PNG or WebP.")) from error


def _decode(upload: UploadedFile[Any]) -> Image.Image:
    image = Image.open(upload, formats=_FORMATS)
    # The header tells the size before a single pixel is unpacked.
    if image.width * image.height > MAX_PIXELS:
        raise Image.DecompressionBombError
    image.draft("RGB", (2 * max(SIZES), 2 * max(SIZES)))
    upright = ImageOps.exif_transpose(image)
    if "A" not in upright.getbands() and upright.mode != "P":
        return upright.convert("RGB")
    seen = upright.convert("RGBA")
    paper = Image.new("RGBA", seen.size, "#faf7f1")
    return Image.alpha_composite(paper, seen).convert("RGB")


def _store(picture: Image.Image, centre: tuple[float, float]) -> str:
    base = f"portraits/{new_id().hex}"
    for pixels in SIZES:
        data = io.BytesIO()
        ImageOps.fit(picture, (pixels, pixels), centering=centre).save(data, "WEBP", quality=82, method=4)
        default_storage.save(f"{base}-{pixels}.webp", ContentFile(data.getvalue()))
    return base


def _replace(user_id: int, base: str) -> None:
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        old, user.portrait = user.portrait, base
        user.save(update_fields=["portrait"])
        if old:
            transaction.on_commit(lambda: _delete(old))


def _delete(base: str) -> None:
    for pixels in SIZES:
        default_storage.delete(f"{base}-{pixels}.webp")


def _refused(message: str) -> InvalidInput:
    return InvalidInput(message, fields={"portrait": message})
