"""The queue of previews: rows that a worker takes one by one, each opened by a process that cannot do harm."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import nh3
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q

from marketplace.kernel.models import Preview, StoredFile, private_storage
from marketplace.kernel.previews import kinds, limits, process

_LEASE = timedelta(seconds=limits.WALL_SECONDS + 30)
_MOST_ATTEMPTS = 2
_TAGS = {
    "p", "h3", "h4", "h5", "h6", "strong", "em", "u", "s", "sup", "sub", "br", "ul", "ol", "li", "table", "thead",
    "tbody", "tr", "th", "td", "a",
}  # fmt: skip


def ask(files: Iterable[StoredFile], *, watermark: str, at: datetime) -> None:
    """Puts the files into the queue that can have a preview, in the caller's transaction."""
    rows = []
    for stored in files:
        kind = kinds.kind_of(stored.name)
        if kind in kinds.MADE:
            drawn = watermark if kind in kinds.WATERMARKED else ""
            rows.append(Preview(file=stored, kind=kind, watermark=drawn[:80], asked_at=at))
    Preview.objects.bulk_create(rows, ignore_conflicts=True)


def make_next(at: datetime) -> bool:
    """Makes one preview; False where none waits."""
    preview = _claim(at)
    if preview is None:
        return False
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        answer = _open(preview, Path(folder)) if preview.attempts <= _MOST_ATTEMPTS else {"why": "broken"}
        _store(preview, answer, Path(folder))
    return True


def _claim(at: datetime) -> Preview | None:
    free = Q(leased_until=None) | Q(leased_until__lt=at)
    with transaction.atomic():
        waiting = Preview.objects.select_for_update(skip_locked=True, of=("self",)).select_related("file")
        preview = waiting.filter(free, state=Preview.State.WAITING).order_by("asked_at").first()
        if preview:
            preview.leased_until, preview.attempts = at + _LEASE, preview.attempts + 1
            preview.save(update_fields=["leased_until", "attempts"])
    return preview


def _open(preview: Preview, folder: Path) -> dict[str, Any]:
    """What the process says; where it ends badly, that is its answer."""
    return process.read(Path(preview.file.file.path), folder, kind=preview.kind, name=preview.file.name,
                        watermark=preview.watermark)  # fmt: skip


def _store(preview: Preview, answer: dict[str, Any], folder: Path) -> None:
    content = answer.get("content")
    if not isinstance(content, dict):
        preview.state, preview.content = Preview.State.NONE, {"why": str(answer.get("why", "broken"))[:20]}
    else:
        left_out = [str(what)[:20] for what in answer.get("left_out", [])]
        preview.state, preview.is_whole = Preview.State.READY, not left_out
        preview.content = {**_checked(preview, content, folder), "left_out": left_out}
    preview.leased_until = None
    preview.save(update_fields=["state", "is_whole", "content", "leased_until"])


def _checked(preview: Preview, content: dict[str, Any], folder: Path) -> dict[str, Any]:
    if preview.kind == kinds.DOCUMENT:
        return {"html": clean(str(content["html"]))}
    if preview.kind not in kinds.WATERMARKED:
        return content
    sizes = [[int(width), int(height)] for width, height in content["pictures"]]
    for number in range(1, len(sizes) + 1):
        name = picture_name(preview.file_id, number)
        private_storage().delete(name)
        private_storage().save(name, ContentFile((folder / f"{number}.webp").read_bytes()))
    return {"pictures": sizes}


def clean(html: str) -> str:
    """Only text with its marks: no script, style, picture or address but of a link."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow ugc",
    )


def picture_name(file_id: uuid.UUID, number: int) -> str:
    return f"previews/{file_id.hex[-2:]}/{file_id.hex}-{number}.webp"


def drop_pictures(preview: Preview) -> None:
    """Of a file that goes."""
    for number in range(1, len(preview.content.get("pictures", [])) + 1):
        private_storage().delete(picture_name(preview.file_id, number))
