"""Rows that no app owns: what is waiting to leave the database, heartbeats, stored files."""

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


def _stored_name(instance: StoredFile, _filename: str) -> str:
    # Nothing of the uploader's name reaches the file system.
    return f"{instance.id.hex[-2:]}/{instance.id.hex}"


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

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(size_bytes__gt=0), name="file_not_empty")]

    def __str__(self) -> str:
        return self.name

    @property
    def extension(self) -> str:
        """Upper-case suffix without the dot, for the badge on a file: ``XLSX``."""
        return PurePath(self.name).suffix[1:6].upper() or "FILE"


def as_uuid(text: str) -> uuid.UUID | None:
    """A UUID from an address, or None where it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
