"""Receiving: bytes reach the disk before the row says so, block by block, from one writer at a time.

A row's lock is held only while one block is written, never while a slow network is read. Who sends holds
the row's ``writer``; a request that was cut off and never noticed loses it to the next one after LEASE,
and finds that out before it could write again. After a crash the row tells how much is safe.
"""

from __future__ import annotations

import errno
import hashlib
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from marketplace.kernel.errors import Conflict, DomainError, InvalidInput, NotFound
from marketplace.kernel.models import Upload, private_storage, storage_name

BLOCK_BYTES = 1 << 20  # what a request holds in memory, and what a crash can cost
_BLOCK_SECONDS = 2  # a slow network is not waited for longer before what came is safe
_READ_BYTES = 64 << 10
LEASE = timedelta(seconds=10)
_FILE_MODE = 0o640
_DISK_IS_FULL = {errno.ENOSPC, errno.EDQUOT}


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class NoSpace(DomainError):
    """The site's disk is full."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What a request says it sends: so many bytes from an offset, and perhaps their checksum."""

    offset: int
    length: int
    algorithm: str = ""  # of hashlib
    digest: bytes = b""


def receive(*, upload_id: uuid.UUID, owner_id: int, piece: Piece, stream: Readable, at: datetime) -> Upload:
    """Writes what comes; a cut keeps what came. With a checksum all of it counts or nothing.

    Raises NotFound, Conflict (code ``offset``: not where the row stands, ``locked``: another request sends,
    ``lost``: another one has taken over), InvalidInput (``beyond``: more than the file was said to have,
    ``checksum``), NoSpace.
    """
    upload = _begin(upload_id, owner_id, piece, at)
    writer = upload.writer
    assert writer is not None  # noqa: S101 - just written
    try:
        _write(upload, writer, piece, stream)
    finally:
        Upload.objects.filter(pk=upload_id, writer=writer).update(writer=None, touched_at=Now())
    upload.refresh_from_db()
    return finish(upload)


def _begin(upload_id: uuid.UUID, owner_id: int, piece: Piece, at: datetime) -> Upload:
    with transaction.atomic():
        upload = Upload.objects.select_for_update().filter(pk=upload_id, owner_id=owner_id).first()
        if upload is None:
            raise _gone()
        if upload.writer and upload.touched_at > at - LEASE:
            raise Conflict(_("This file is being sent by another window."), code="locked")
        if upload.offset_bytes != piece.offset:
            raise Conflict(_("The file goes on at another place."), code="offset")
        if piece.offset + piece.length > upload.size_bytes:
            raise InvalidInput(_("This is more than the file was said to hold."), code="beyond")
        upload.writer, upload.touched_at = uuid.uuid4(), at
        upload.save(update_fields=["writer", "touched_at"])
    return upload


def _write(upload: Upload, writer: uuid.UUID, piece: Piece, stream: Readable) -> None:
    position, digest = piece.offset, hashlib.new(piece.algorithm) if piece.algorithm else None
    for block in _blocks(stream, piece.length):
        if digest:
            digest.update(block)
        _put(upload.pk, writer, position, block, counts=digest is None)
        position += len(block)
    if digest is None:
        return
    if position != piece.offset + piece.length or digest.digest() != piece.digest:
        raise InvalidInput(_("A piece of the file was damaged on its way. It is sent again."), code="checksum")
    Upload.objects.filter(pk=upload.pk, writer=writer).update(offset_bytes=position)


def _blocks(stream: Readable, length: int) -> Iterator[bytearray]:
    """At most ``length`` bytes in blocks; ends early, with what came, where the network does."""
    block, left, since = bytearray(), length, time.monotonic()
    while left:
        try:
            part = stream.read(min(_READ_BYTES, left))
        except OSError:  # the network's, under any of its names
            part = b""
        if not part:
            break
        block += part
        left -= len(part)
        if len(block) >= BLOCK_BYTES or time.monotonic() - since > _BLOCK_SECONDS:
            yield block
            block, since = bytearray(), time.monotonic()
    if block:
        yield block


def _put(upload_id: uuid.UUID, writer: uuid.UUID, position: int, block: bytes | bytearray, *, counts: bool) -> None:
    """One block onto the disk, then into the row, under the row's lock; both or nothing that counts."""
    with transaction.atomic():
        upload = Upload.objects.select_for_update().filter(pk=upload_id).first()
        if upload is None:
            raise _gone()
        if upload.writer != writer:
            raise Conflict(_("Another window has taken this file over."), code="lost")
        _to_disk(upload_id, position, block)
        reached = {"offset_bytes": position + len(block)} if counts else {}
        Upload.objects.filter(pk=upload_id).update(touched_at=Now(), **reached)


def path_of(upload_id: uuid.UUID) -> str:
    return private_storage().path(storage_name(upload_id))


def _to_disk(upload_id: uuid.UUID, position: int, block: bytes | bytearray) -> None:
    path = path_of(upload_id)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, _FILE_MODE)
        try:
            _write_all(handle, block, position)
            os.fsync(handle)
        finally:
            os.close(handle)
        if not position:
            _sync_folder(os.path.dirname(path))
    except OSError as error:
        if error.errno in _DISK_IS_FULL:
            raise NoSpace(_("There is no room for this file just now. We have been told; try again later.")) from error
        raise


def _write_all(handle: int, block: bytes | bytearray, position: int) -> None:
    rest = memoryview(block)
    while rest:
        written = os.pwrite(handle, rest, position)
        rest, position = rest[written:], position + written


def _sync_folder(folder: str) -> None:
    """So that a new file's name outlives a power cut, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def finish(upload: Upload) -> Upload:
    """Sums a file that is whole. After a crash in between, the next look does it again."""
    if not upload.is_whole or upload.sha256:
        return upload
    with open(path_of(upload.pk), "rb") as content:
        upload.sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    Upload.objects.filter(pk=upload.pk, offset_bytes=upload.size_bytes).update(sha256=upload.sha256)
    return upload


def _gone() -> NotFound:
    return NotFound(_("This file is not here any more. Choose it again."))
