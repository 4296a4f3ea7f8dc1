"""Where a person's files for one form wait: chosen before it is sent, kept while it is refused or left."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from marketplace.kernel import files, scanning
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.models import StoredFile, Upload, private_storage, storage_name
from marketplace.kernel.prepared import prepared
from marketplace.kernel.uploads import writing

MOST_WAITING = 100  # files of one person
# Without a new piece, and once they are whole: a draft may wait as long as the longest promise.
UNFINISHED_FOR, WHOLE_FOR = timedelta(days=7), timedelta(days=35)
_LONGEST_PLACE, _LONGEST_MARK = 80, 64


@dataclass(frozen=True, slots=True)
class Announced:
    """A file as its sender describes it before the first byte."""

    name: str
    size_bytes: int
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One person's files for one form, at one moment."""

    owner_id: int
    name: str
    at: datetime

    def waiting(self) -> list[Upload]:
        """What lies here, oldest first, unfinished ones too."""
        return _WAITING.all(self.owner_id, self.name)

    def gather(self, sent: Iterable[UploadedFile[Any]], ids: Iterable[uuid.UUID]) -> tuple[uuid.UUID, ...]:
        """Keeps files that came with the form itself; returns all that it means.

        Raises InvalidInput as ``files.check_uploads`` does, before the first is kept.
        """
        sent = list(sent)
        files.check_uploads(sent)
        return (*ids, *(keep(self, upload) for upload in sent))

    def drop(self, ids: Iterable[uuid.UUID]) -> None:
        for upload_id in ids:
            drop(upload_id=upload_id, owner_id=self.owner_id)


_WAITING = prepared(lambda owner, place: Upload.objects.filter(owner_id=owner, place=place))


def announce(place: Place, announced: Announced) -> Upload:
    """The row of a file that is about to arrive.

    Raises InvalidInput: empty, too large (code ``too_large``), nameless, or more than one person may have
    waiting or send in a day (code ``quota``).
    """
    files.check_size(announced.name, announced.size_bytes)
    with transaction.atomic():
        _check_allowance(place.owner_id, announced.size_bytes)
        upload = Upload.objects.create(
            owner_id=place.owner_id, place=place.name[:_LONGEST_PLACE], name=files.clean_name(announced.name),
            mark=announced.mark[:_LONGEST_MARK], size_bytes=announced.size_bytes, scan=scanning.first_state(),
            created_at=place.at, touched_at=place.at,
        )  # fmt: skip
    files.take_from_allowance(place.owner_id, announced.size_bytes)
    return upload


def _check_allowance(owner_id: int, size: int) -> None:
    """One after the other per person, so that many at once cannot pass together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kernel_upload'), %s)", [owner_id % 2**31])
    held = Upload.objects.filter(owner_id=owner_id).aggregate(number=Count("pk"), size=Sum("size_bytes"))
    if held["number"] >= MOST_WAITING or (held["size"] or 0) + size > settings.WAITING_UPLOAD_BYTES:
        message = _("Too many files of yours wait to be sent. Send or remove some first.")
        raise InvalidInput(message, code="quota", fields={"files": message})


def keep(place: Place, upload: UploadedFile[Any]) -> uuid.UUID:
    """A file that came whole, with a form: it waits like the others. Raises InvalidInput as ``announce`` does."""
    row = announce(place, Announced(upload.name or "file", upload.size or 0))
    try:
        writing.receive(
            upload_id=row.pk, owner_id=row.owner_id, piece=writing.Piece(0, row.size_bytes), stream=upload,
            at=place.at,
        )  # fmt: skip
    except BaseException:
        drop(upload_id=row.pk, owner_id=row.owner_id)
        raise
    return row.pk


def own(upload_id: uuid.UUID, owner_id: int) -> Upload:
    """Raises NotFound for somebody else's, too."""
    upload = Upload.objects.filter(pk=upload_id, owner_id=owner_id).first()
    if upload is None:
        raise NotFound(_("This file is not here any more. Choose it again."))
    return upload


def take(ids: Sequence[uuid.UUID], *, owner_id: int, at: datetime) -> list[StoredFile]:
    """Waiting files become stored ones, in the caller's transaction: rolled back, they wait again.

    Raises InvalidInput (field ``files``) where one is gone, unfinished, or has not passed the scan.
    """
    wanted = list(dict.fromkeys(ids))
    rows = Upload.objects.select_for_update().filter(pk__in=wanted, owner_id=owner_id).order_by("pk")
    found = {row.pk: row for row in rows}
    for upload_id in wanted:
        _check_ready(found.get(upload_id))
    stored = [_stored(writing.finish(found[upload_id]), at) for upload_id in wanted]
    StoredFile.objects.bulk_create(stored)
    Upload.objects.filter(pk__in=wanted).delete()
    return stored


def _check_ready(upload: Upload | None) -> None:
    if upload is None:
        message = _("A file is not here any more. Choose it again.")
    elif not upload.is_whole:
        message = _("“%(name)s” has not arrived whole yet. Choose it again, and it goes on where it stopped.")
        message %= {"name": upload.name}
    else:
        message = scanning.reason_against(upload)
    if message:
        raise InvalidInput(message, code="upload", fields={"files": message})


def _stored(upload: Upload, at: datetime) -> StoredFile:
    return StoredFile(
        id=upload.pk, file=storage_name(upload.pk), name=upload.name, size_bytes=upload.size_bytes,
        content_type=files.type_of(upload.name), sha256=upload.sha256, uploaded_by_id=upload.owner_id, created_at=at,
        scanned_at=upload.scanned_at,
    )  # fmt: skip


def drop(*, upload_id: uuid.UUID, owner_id: int) -> bool:
    """Takes a waiting file away, also one that is being sent just now; False where there is none."""
    return bool(_delete(Upload.objects.filter(owner_id=owner_id), upload_id))


def _delete(among: Any, upload_id: uuid.UUID) -> int:
    with transaction.atomic():
        row = among.select_for_update(skip_locked=False).filter(pk=upload_id).first()
        if row is None:
            return 0
        row.delete()
        # A file's content goes after its row: a crash in between leaves bytes that nothing names, never a name
        # without its bytes.
        transaction.on_commit(partial(private_storage().delete, storage_name(upload_id)))
    return 1


def drop_abandoned(at: datetime, *, limit: int = 500) -> int:
    """Files whose sender has not come back; returns how many went."""
    whole = Q(offset_bytes__gte=1) & ~Q(sha256="")
    old = Q(touched_at__lt=at - WHOLE_FOR) | ~whole & Q(touched_at__lt=at - UNFINISHED_FOR)
    ids = list(Upload.objects.filter(old).order_by("touched_at").values_list("pk", flat=True)[:limit])
    return sum(_delete(Upload.objects.filter(old), upload_id) for upload_id in ids)
