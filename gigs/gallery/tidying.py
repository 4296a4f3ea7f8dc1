"""Public files that nothing shows any more: replaced covers, removed items, what a broken task left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db.models.fields.json import KT

from gigs import covers
from gigs.gallery import preparing
from gigs.models import Category, GalleryItem, Gig, GigDraft, GigReview, PieceFile, ShareCard
from gigs.sharing import cards

# A page that was opened before still asks for what was removed, and sends the name of a cover that it keeps.
KEPT_FOR = {preparing.FOLDER: timedelta(days=2), covers.FOLDER: timedelta(days=40), cards.FOLDER: timedelta(days=40)}
_KEY = re.compile(r"[0-9a-f]{32}")
_DIGITS = "0123456789abcdef"

# Each gives the keys in use that begin like this. Who keeps keys elsewhere adds to it.
USED_BY: list[Callable[[str], Iterable[str]]] = [
    lambda start: GalleryItem.objects.filter(key__startswith=start).values_list("key", flat=True),
    lambda start: Gig.objects.filter(cover__startswith=start).values_list("cover", flat=True),
    lambda start: Category.objects.filter(picture__startswith=start).values_list("picture", flat=True),
    lambda start: GigDraft.objects.filter(cover__startswith=start).values_list("cover", flat=True),
    lambda start: GigReview.objects.filter(cover__startswith=start).values_list("cover", flat=True),
    lambda start: GigReview.objects.filter(base_cover__startswith=start).values_list("base_cover", flat=True),
    lambda start: PieceFile.objects.filter(key__startswith=start).values_list("key", flat=True),
    lambda start: ShareCard.objects.filter(key__startswith=start).values_list("key", flat=True),
    lambda start: _typed_covers(start),
]


def _typed_covers(start: str) -> Iterable[str]:
    """Covers that were uploaded in the editor and whose step is not saved."""
    drafts = GigDraft.objects.annotate(typed_cover=KT("typed__pictures__data__cover_key__0"))
    return drafts.filter(typed_cover__startswith=start).values_list("typed_cover", flat=True)


def drop_orphans(at: datetime) -> int:
    """Deletes files of keys that nothing uses and that are older than KEPT_FOR; returns how many.

    A sixteenth at a time, so that a large catalogue's keys need not be in memory together.
    """
    return sum(_drop(f"{folder}/{digit}", at - kept) for folder, kept in KEPT_FOR.items() for digit in _DIGITS)


def _drop(start: str, before: datetime) -> int:
    found = {name for folder in _folders(start) for name in _names(folder)}
    if not found:
        return 0
    used = {key for keys in USED_BY for key in keys(start)}
    dropped = 0
    for name in found:
        if _key_of(name) not in used and default_storage.get_modified_time(name) < before:
            default_storage.delete(name)
            dropped += 1
    return dropped


def _folders(start: str) -> Iterator[str]:
    return (f"{start}{digit}" for digit in _DIGITS)


def _names(folder: str) -> Iterator[str]:
    try:
        _folders_in, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in names if _KEY.match(name))


def _key_of(name: str) -> str:
    folder, _slash, file = name.rpartition("/")
    return f"{folder}/{file[:32]}"


def hash_covers(*, limit: int = 2000) -> int:
    """Perceptual hashes of covers that were stored before there were any; returns how many are known now."""
    unknown = GalleryItem.objects.filter(state=GalleryItem.State.READY, dhash=None, content__plain=True)
    hashed = 0
    for pk, key in unknown.values_list("pk", "key")[:limit]:
        value = covers.dhash(key)
        if value is not None:
            hashed += GalleryItem.objects.filter(pk=pk).update(dhash=value)
    return hashed
