"""Rows that no app owns: what is waiting to leave the database, heartbeats, files that arrive and that are kept."""

from __future__ import annotations

import uuid
from pathlib import PurePath
from typing import ClassVar

from django.core.files.storage import Storage, storages
from django.db import models

from marketplace.kernel.ids import new_id


class OutboxMessage(models.Model):
    """Something to be done outside of the database, written in the transaction that decided it.

    ``key`` makes it happen once: a second message with the same key is not written.
    """

    topic = models.CharField(max_length=40)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="", blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index("due_at", name="outbox_waiting", condition=models.Q(done_at=None, parked_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class Heartbeat(models.Model):
    """When a periodic job last ended well, for the health page and for outage detection."""

    name = models.CharField(max_length=80, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


def private_storage() -> Storage:
    return storages["private"]


def storage_name(file_id: uuid.UUID) -> str:
    """Where a file's content lies in the private storage: nothing of the uploader's name reaches the file system."""
    return f"{file_id.hex[-2:]}/{file_id.hex}"


def _stored_name(instance: StoredFile, _filename: str) -> str:
    return storage_name(instance.id)


class Scan(models.TextChoices):
    """What the site's virus scanner said of a file; a site without one asks nobody."""

    NONE = "", "not asked"
    WAITING = "waiting", "to be asked"
    PASSED = "passed", "nothing known was found"
    REFUSED = "refused", "something was found, or it could not be read whole"


class Upload(models.Model):
    """A file that arrives in pieces, or has arrived and belongs to nothing yet. See ``kernel/uploads/``.

    ``offset_bytes`` are safe on the disk; what may lie behind them there counts for nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner_id = models.BigIntegerField()
    place = models.CharField(max_length=80)  # the form that it was chosen in
    name = models.CharField(max_length=200)
    mark = models.CharField(max_length=64, blank=True)  # by which the browser knows the file again
    size_bytes = models.BigIntegerField()
    offset_bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)  # once it is whole
    writer = models.UUIDField(null=True)  # the request that sends just now
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField()  # the last piece
    scan = models.CharField(max_length=8, choices=Scan, default=Scan.NONE, blank=True)
    scan_note = models.CharField(max_length=200, blank=True)
    scanned_at = models.DateTimeField(null=True)
    scan_leased_until = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["owner_id", "place"], name="uploads_of_a_person"),
            models.Index(fields=["touched_at"], name="uploads_by_age"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(size_bytes__gt=0), name="upload_not_empty"),
            models.CheckConstraint(
                condition=models.Q(offset_bytes__gte=0, offset_bytes__lte=models.F("size_bytes")),
                name="upload_within_its_size",
            ),
            models.CheckConstraint(
                condition=models.Q(sha256="") | models.Q(offset_bytes=models.F("size_bytes")),
                name="upload_summed_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_whole(self) -> bool:
        return self.offset_bytes == self.size_bytes

    @property
    def percent(self) -> int:
        return self.offset_bytes * 100 // self.size_bytes


class StoredFile(models.Model):
    """A private upload: shown only by a view that has checked who asks. See ``kernel/files.py``."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file = models.FileField(upload_to=_stored_name, storage=private_storage)
    name = models.CharField(max_length=200)
    size_bytes = models.BigIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    uploaded_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    scanned_at = models.DateTimeField(null=True)  # the site's scanner found nothing that it knows

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(size_bytes__gt=0), name="file_not_empty")]

    def __str__(self) -> str:
        return self.name

    @property
    def extension(self) -> str:
        """Upper-case suffix without the dot, for the badge on a file: ``XLSX``."""
        return PurePath(self.name).suffix[1:6].upper() or "FILE"


class Preview(models.Model):
    """What can be shown of a file without opening it. See ``kernel/previews/``; it keeps no file alive."""

    class State(models.TextChoices):
        WAITING = "waiting", "to be made"
        READY = "ready", "made"
        NONE = "none", "this file has none"

    file = models.OneToOneField(StoredFile, on_delete=models.CASCADE, related_name="preview", primary_key=True)
    kind = models.CharField(max_length=10)  # of kernel/previews/kinds.py
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    watermark = models.CharField(max_length=80, blank=True)  # drawn over pictures and pages
    is_whole = models.BooleanField(default=False)  # it leaves nothing out
    # By kind: text, sheets, html, or the sizes of pictures; and what is left out, or why there is none.
    content = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], name="previews_to_make", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.file_id}"


def as_uuid(text: str) -> uuid.UUID | None:
    """A UUID from an address, or None where it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
