"""Links that people send: videos that can be played here after a click, designs as cards, everything else plain.

A list of sites and of the shapes of their addresses decides; nothing of a link's own is ever fetched by us.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from csp.decorators import csp_update
from django.http import HttpResponse

_View = TypeVar("_View", bound=Callable[..., HttpResponse])
# For the policy of the pages that show links; nothing else may be framed, and on no other page.
FRAME_SOURCES = ("https://www.youtube-nocookie.com", "https://player.vimeo.com", "https://www.loom.com")
may_frame_videos = cast("Callable[[_View], _View]", csp_update({"frame-src": list(FRAME_SOURCES)}))

_YOUTUBE_ID = re.compile(r"[\w-]{11}", re.ASCII)
_VIMEO_PATH = re.compile(r"/(\d{5,12})(?:/([0-9a-f]{6,20}))?/?", re.ASCII)
_LOOM_PATH = re.compile(r"/share/([0-9a-f]{32})/?", re.ASCII)
_DESIGNS = {
    "figma.com": "Figma",
    "canva.com": "Canva",
    "miro.com": "Miro",
    "framer.com": "Framer",
    "penpot.app": "Penpot",
    "zeplin.io": "Zeplin",
    "sketch.com": "Sketch",
    "xd.adobe.com": "Adobe XD",
    "behance.net": "Behance",
    "dribbble.com": "Dribbble",
}
_NO_TITLE = re.compile(r"[\w-]{0,3}|[0-9a-f-]{16,}|[A-Za-z0-9_-]*\d[A-Za-z0-9_-]{8,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class LinkView:
    """``embed`` is the address of a frame, ``frame_host`` whom a click on it lets know."""

    url: str
    host: str
    site: str = ""  # the name of a site that we know
    title: str = ""
    embed: str = ""

    @property
    def frame_host(self) -> str:
        return urlsplit(self.embed).netloc

    @property
    def is_card(self) -> bool:
        return bool(self.site)


def view(url: str) -> LinkView:
    """A link that ``requirements.link`` has let pass."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    for site, embed in _VIDEOS.items():
        frame = embed(host, parts)
        if frame:
            return LinkView(url, host, site, embed=frame)
    for domain, site in _DESIGNS.items():
        if host == domain or host.endswith(f".{domain}"):
            return LinkView(url, host, site, _title(parts))
    return LinkView(url, host)


def _youtube(host: str, parts: SplitResult) -> str:
    found = ""
    if host in {"youtube.com", "m.youtube.com", "youtube-nocookie.com"}:
        kind, _slash, rest = parts.path.strip("/").partition("/")
        found = rest if kind in {"shorts", "embed", "live"} else parse_qs(parts.query).get("v", [""])[0]
    elif host == "youtu.be":
        found = parts.path.strip("/")
    return f"https://www.youtube-nocookie.com/embed/{found}" if _YOUTUBE_ID.fullmatch(found) else ""


def _vimeo(host: str, parts: SplitResult) -> str:
    match = _VIMEO_PATH.fullmatch(parts.path) if host == "vimeo.com" else None
    if match is None:
        return ""
    unlisted = f"&h={quote(match[2])}" if match[2] else ""
    return f"https://player.vimeo.com/video/{match[1]}?dnt=1{unlisted}"


def _loom(host: str, parts: SplitResult) -> str:
    match = _LOOM_PATH.fullmatch(parts.path) if host == "loom.com" else None
    return f"https://www.loom.com/embed/{match[1]}" if match else ""


_VIDEOS: dict[str, Callable[[str, SplitResult], str]] = {"YouTube": _youtube, "Vimeo": _vimeo, "Loom": _loom}


def _title(parts: SplitResult) -> str:
    """The last words of an address that read like a title: ``/design/aB3/Shop-front`` is "Shop front"."""
    named = [unquote(part) for part in parts.path.split("/") if part]
    for part in reversed(named[1:]):
        if not _NO_TITLE.fullmatch(part):
            return part.replace("-", " ").replace("_", " ").strip()[:80]
    return ""
