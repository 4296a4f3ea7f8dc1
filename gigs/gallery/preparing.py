"""Items that wait are prepared one by one: opened by the isolated process, stored in public, shown."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Q

from gigs import images
from gigs.gallery import rules, services
from gigs.models import GalleryItem, Gig
from gigs.models.gallery import PreparedFile
from marketplace.kernel import clock
from marketplace.kernel.ids import new_id
from marketplace.kernel.previews import limits, process
from marketplace.kernel.previews.readers import renditions

_LEASE = timedelta(seconds=limits.WALL_SECONDS + 60)
_MOST_ATTEMPTS = 3
Kept = TypeVar("Kept", bound=PreparedFile)
FOLDER = "pictures"
# How each file that the process wrote has to begin: it met a stranger's bytes, so its word is not taken.
_BEGINNINGS = {".webp": (b"RIFF", 0), ".avif": (b"ftypavif", 4), ".mp4": (b"ftyp", 4), ".webm": (b"\x1aE\xdf\xa3", 0),
               ".pdf": (b"%PDF-", 0)}  # fmt: skip


def prepare_next(at: datetime) -> bool:
    """Prepares one item; False where none waits."""
    item = claim(GalleryItem.objects, at)
    if item is None:
        return False
    _finish(item, prepared(item))
    return True


def prepared(item: PreparedFile) -> dict[str, Any]:
    """Stores what others will see: ``key``, ``content`` and ``dhash``; or says ``why`` it could not be."""
    with tempfile.TemporaryDirectory(prefix="gallery-") as made:
        folder = Path(made)
        answer = _read(item, folder) if item.attempts <= _MOST_ATTEMPTS else {"why": "lost"}
        content = answer.get("content")
        if isinstance(content, dict) and all(_is_whole(path) for path in _files(item, content, folder)):
            key = _store(_files(item, content, folder))
            return {"key": key, "content": _content(item, content, folder), "dhash": _dhash(content)}
        return {"why": str(answer.get("why", "broken"))[:20]}


def claim(rows: models.Manager[Kept], at: datetime) -> Kept | None:
    """Leases the file that waits longest; other workers skip it until the lease ends."""
    free = Q(leased_until=None) | Q(leased_until__lt=at)
    with transaction.atomic():
        waiting = rows.select_for_update(skip_locked=True, of=("self",)).select_related("source")
        item = waiting.filter(free, state=PreparedFile.State.WAITING).order_by("added_at", "position").first()
        if item:
            item.leased_until, item.attempts = at + _LEASE, item.attempts + 1
            item.save(update_fields=["leased_until", "attempts"])
    return item


def settle(rows: models.QuerySet[Kept], result: dict[str, Any]) -> Kept | None:
    """Keeps what ``prepared`` gave, in the caller's transaction, and drops the source. None for a file that was removed
    meanwhile; what it leaves in public is for ``tidying``."""
    waiting = rows.filter(state=PreparedFile.State.WAITING)
    found = waiting.select_for_update(of=("self",)).select_related("source").first()
    if found is None or found.source is None:
        return None
    source, found.source, found.leased_until = found.source, None, None
    found.state = PreparedFile.State.FAILED if "why" in result else PreparedFile.State.READY
    for name, value in result.items():
        setattr(found, name, value)
    found.save()
    services.drop_source(source)
    return found


def _read(item: PreparedFile, folder: Path) -> dict[str, Any]:
    assert item.source is not None  # noqa: S101 - a constraint: what waits has one
    source = Path(item.source.file.path)
    if not source.is_file():
        return {"why": "lost"}
    name = f"file.{_ending(item, source)}"
    return process.read(source, folder, kind=rules.READERS[item.kind], name=name, options=rules.OPTIONS)


def _ending(item: PreparedFile, source: Path) -> str:
    if item.kind != rules.VIDEO:
        return item.kind
    with source.open("rb") as content:
        return rules.video_ending(content.read(64))


def _files(item: PreparedFile, content: dict[str, Any], folder: Path) -> Iterator[Path]:
    for name in _pictures(content):
        yield folder / name
    if item.kind != rules.IMAGE:
        yield _attached(folder)


def _pictures(content: dict[str, Any]) -> Iterator[str]:
    for name in (*map(str, images.WIDTHS), *(f"w{int(width)}" for width in content["whole"])):
        yield f"{name}.webp"
        yield f"{name}.avif"


def _attached(folder: Path) -> Path:
    """The video or PDF itself."""
    return next(folder.glob("file.*"), folder / "file.pdf")


def _is_whole(path: Path) -> bool:
    beginning, at = _BEGINNINGS.get(path.suffix, (b"\0", 0))
    if not path.is_file() or path.is_symlink():
        return False
    with path.open("rb") as content:
        return content.read(64)[at:].startswith(beginning)


def _store(paths: Iterator[Path]) -> str:
    """Under a name of its own, so that what one item shows never hangs on another."""
    key = _new_key()
    for path in paths:
        public = f"{key}{path.suffix}" if path.stem == "file" else f"{key}-{path.name}"
        with path.open("rb") as content:
            default_storage.save(public, File(content))
    return key


def _new_key() -> str:
    name = new_id().hex
    return f"{FOLDER}/{name[-2:]}/{name}"


def copied(item: PreparedFile) -> tuple[str, list[str]]:
    """Stores the public files of an item once more; returns their new key, and the names that they had so far."""
    key, endings = _new_key(), [f"-{name}" for name in _pictures(item.content)]
    if "ending" in item.content:
        endings.append(f".{item.content['ending']}")
    for ending in endings:
        with default_storage.open(f"{item.key}{ending}") as content:
            default_storage.save(f"{key}{ending}", content)
    return key, [f"{item.key}{ending}" for ending in endings]


def _content(item: PreparedFile, content: dict[str, Any], folder: Path) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "size": [int(side) for side in content["size"]],
        "whole": [int(width) for width in content["whole"]],
    }
    kept |= {name: int(content[name]) for name in ("seconds", "pages") if name in content}
    if item.kind != rules.IMAGE:
        path = _attached(folder)
        kept |= {"ending": path.suffix[1:], "bytes": path.stat().st_size}
    return kept


def _dhash(content: dict[str, Any]) -> int | None:
    value = int(content["dhash"])
    return None if renditions.says_nothing(value) else value


def _finish(item: GalleryItem, result: dict[str, Any]) -> None:
    with transaction.atomic():
        gig = Gig.objects.select_for_update().get(pk=item.gig_id)
        found = settle(GalleryItem.objects.filter(pk=item.pk), result)
        if found and found.is_ready:
            services.refresh(gig, clock.now())
