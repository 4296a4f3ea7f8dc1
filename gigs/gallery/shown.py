"""The document that a gig's page reads: ready items in their order, and what the templates see of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage

from gigs.covers import cover_of
from gigs.models import GalleryItem, Gig
from gigs.models.gallery import PreparedFile

_TYPES = {"mp4": "video/mp4", "webm": "video/webm"}


@dataclass(frozen=True, slots=True)
class Slide:
    """One item as ``gigs/gallery/_slide.html`` draws it."""

    kind: str
    alt: str
    src: str  # WebP, of a middle width
    webp: str  # srcset
    avif: str  # srcset; empty where there is none
    width: int
    height: int
    thumb: str
    file_url: str  # of a video or PDF
    file_type: str
    name: str
    seconds: int
    pages: int
    size_bytes: int

    @property
    def is_video(self) -> bool:
        return self.kind == GalleryItem.Kind.VIDEO

    @property
    def is_pdf(self) -> bool:
        return self.kind == GalleryItem.Kind.PDF

    @property
    def length(self) -> str:
        return f"{self.seconds // 60}:{self.seconds % 60:02}"


def document(items: Iterable[PreparedFile]) -> list[dict[str, Any]]:
    """For ``Gallery.shown``."""
    return [
        {"kind": item.kind, "key": item.key, "alt": item.alt, "name": item.name, **item.content}
        for item in items
        if item.is_ready
    ]


def slides_of(gig: Gig) -> list[Slide]:
    """From the gallery that came with the gig, behind a cover that is none of its pictures: one that we drew, or one
    that waits to be saved. No query where the gallery was joined.
    """
    shown = gig.gallery.shown if hasattr(gig, "gallery") else []
    if gig.cover and all(entry["key"] != gig.cover for entry in shown):
        shown = [{"kind": GalleryItem.Kind.IMAGE, "key": gig.cover, **cover_content()}, *shown]
    return [slide_of(entry) for entry in shown]


def cover_content() -> dict[str, Any]:
    """Of a picture that was stored as a cover alone: its whole is the crop, and there is no AVIF."""
    return {"size": [1200, 900], "whole": [], "plain": True}


def slide_of(entry: Mapping[str, Any]) -> Slide:
    key, whole = str(entry["key"]), [int(width) for width in entry["whole"]]
    width, height = entry["size"]
    cover = cover_of(key)
    is_plain = bool(entry.get("plain"))
    webp = cover.srcset if is_plain and cover else _srcset(key, whole, "webp")
    middle = next((one for one in whole if one >= 640), whole[-1] if whole else 640)
    ending = str(entry.get("ending", ""))
    return Slide(
        kind=str(entry["kind"]),
        alt=str(entry.get("alt", "")),
        src=_url(f"{key}-640.webp" if is_plain else f"{key}-w{middle}.webp"),
        webp=webp,
        avif="" if is_plain else _srcset(key, whole, "avif"),
        width=int(width),
        height=int(height),
        thumb=_url(f"{key}-320.webp"),
        file_url=_url(f"{key}.{ending}") if ending else "",
        file_type=_TYPES.get(ending, ""),
        name=str(entry.get("name", "")),
        seconds=int(entry.get("seconds", 0)),
        pages=int(entry.get("pages", 0)),
        size_bytes=int(entry.get("bytes", 0)),
    )


def _srcset(key: str, widths: list[int], ending: str) -> str:
    return ", ".join(f"{_url(f'{key}-w{width}.{ending}')} {width}w" for width in widths)


def _url(name: str) -> str:
    return default_storage.url(name)
