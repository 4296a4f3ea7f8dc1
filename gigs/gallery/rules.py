"""What may be in a gallery, and what is said of a file that may not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gigs import images
from gigs.models import GalleryItem
from marketplace.kernel.previews import kinds

IMAGE, VIDEO, PDF = GalleryItem.Kind.IMAGE, GalleryItem.Kind.VIDEO, GalleryItem.Kind.PDF
MOST: Mapping[str, int] = {IMAGE: 10, VIDEO: 1, PDF: 2}
MOST_ROWS = 30  # those that failed and wait to be taken away, too
MOST_BYTES: Mapping[str, int] = {IMAGE: images.MAX_BYTES, VIDEO: 50_000_000, PDF: 10_000_000}
MOST_SECONDS, MOST_PAGES = 75, 200
ALT_MAX = 200

ENDINGS: Mapping[str, str] = {
    "jpg": IMAGE, "jpeg": IMAGE, "png": IMAGE, "webp": IMAGE, "avif": IMAGE, "gif": IMAGE,
    "mp4": VIDEO, "m4v": VIDEO, "webm": VIDEO,
    "pdf": PDF,
}  # fmt: skip
_PICTURES = {b"avif", b"avis", b"mif1"}  # brands of pictures that are packed like a video
_OTHERS = {b"heic", b"heix", b"msf1"}  # and of those that we cannot read
ACCEPT = ",".join(f".{ending}" for ending in ENDINGS)

# For kernel/previews: which reader, and what it is to make.
READERS: Mapping[str, str] = {IMAGE: kinds.RENDITIONS, VIDEO: kinds.FILM, PDF: kinds.SHEET}
OPTIONS: Mapping[str, Any] = {
    "ratio": images.RATIO,
    "cropped": images.WIDTHS,
    "whole": (640, 1200, 1600),
    "longest": 1600,
    "most_pixels": images.MAX_PIXELS,
    "least": (images.MIN_WIDTH, images.MIN_WIDTH * images.RATIO[1] // images.RATIO[0]),
    "most_seconds": MOST_SECONDS,
    "most_pages": MOST_PAGES,
}

_BROKEN: Mapping[str, Promise] = {
    IMAGE: gettext_lazy("This is not a picture that we can read. Save it as JPEG, PNG or WebP and add it again."),
    VIDEO: gettext_lazy("This is not a video that we can read. Export it as MP4 (H.264) and add it again."),
    PDF: gettext_lazy("This is not a PDF that we can read. Export it again as PDF and add that."),
}
_REASONS: Mapping[str, Promise] = {
    "too_many_pixels": gettext_lazy("It has more than 40 million pixels. Save it smaller and add it again."),
    "small": gettext_lazy("It is smaller than 320 × 240 pixels and would look blurred. Add a larger one."),
    "no_video": gettext_lazy("There is sound in it, and no video. Add one with a picture."),
    "codec": gettext_lazy(
        "Browsers cannot play how it was made. Export it as MP4 with H.264 and AAC, or as WebM, and add it again."
    ),
    "too_long": format_lazy(gettext_lazy("It is longer than {} seconds. Cut it and add it again."), MOST_SECONDS),
    "too_many_pages": format_lazy(gettext_lazy("It has more than {} pages. Add a part of it."), MOST_PAGES),
    "password": gettext_lazy("It asks for a password. Save it without one and add it again."),
    "too_large": gettext_lazy("It took us too long to read. Save it smaller or simpler and add it again."),
    "lost": gettext_lazy("Something went wrong on our side. Add it again."),
}


def reason(kind: str, why: str) -> str:
    """Why a file could not be prepared, and what to do."""
    return str(_REASONS.get(why) or _BROKEN[kind])


def kind_of(name: str, start: bytes) -> str:
    """By its ending and its first bytes, which have to agree; empty for anything else."""
    kind = ENDINGS.get(name.rpartition(".")[2].lower(), "")
    return kind if kind and _begins_like(kind, start) else ""


def _begins_like(kind: str, start: bytes) -> bool:
    if kind == PDF:
        return b"%PDF-" in start
    if kind == VIDEO:
        return video_ending(start) != ""
    is_avif = start[4:8] == b"ftyp" and start[8:12] in _PICTURES
    is_webp = start[:4] == b"RIFF" and start[8:12] == b"WEBP"
    return is_avif or is_webp or start.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8"))


def video_ending(start: bytes) -> str:
    """How a video is packed, whatever it is called: ``mp4``, ``webm`` or nothing."""
    if start[4:8] == b"ftyp" and start[8:12] not in _PICTURES | _OTHERS:
        return "mp4"
    return "webm" if start.startswith(b"\x1aE\xdf\xa3") and b"webm" in start else ""


def refusal(name: str, size_bytes: int, start: bytes) -> str:
    """What speaks against a file before it is opened; empty where nothing does."""
    ending = name.rpartition(".")[2].lower()
    if ending in {"svg", "svgz"}:
        return _("“%(name)s” is a drawing (SVG), which we cannot show. Export it as PNG and add that.") % {"name": name}
    if ending in {"mov", "avi", "mkv", "wmv", "ogv"}:
        return _("“%(name)s”: export the video as MP4 or WebM and add that.") % {"name": name}
    if ending in {"heic", "heif", "tif", "tiff", "bmp", "psd"}:
        return _("“%(name)s”: save the picture as JPEG, PNG or WebP and add that.") % {"name": name}
    if ending not in ENDINGS:
        return _("“%(name)s” is no picture, video or PDF. Add JPEG, PNG, WebP, MP4, WebM or PDF.") % {"name": name}
    kind = kind_of(name, start)
    if not kind:
        said = _BROKEN[ENDINGS[ending]]
        return _("“%(name)s”: %(said)s") % {"name": name, "said": said}
    if size_bytes > MOST_BYTES[kind]:
        limit = MOST_BYTES[kind] // 1_000_000
        return _("“%(name)s” is larger than %(limit)s MB. Save it smaller and add it again.") % {
            "name": name, "limit": limit,
        }  # fmt: skip
    return ""


def full(kind: str) -> str:
    """What is said where there is no more room for a kind."""
    if kind == VIDEO:
        return _("There is a video already. Remove it first; this one waits below.")
    if kind == PDF:
        return _("There are two PDFs already. Remove one first; this one waits below.")
    return _("There are 10 pictures already. Remove one first; the others wait below.")
