"""Writes each letter into a file of its own.

Django's file-based backend names a file by the second and the address of an object in memory: two letters sent
right after each other can meet in one file, and the mail page would show only the first.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from django.core.mail.backends import filebased


class EmailBackend(filebased.EmailBackend):
    """One letter per connection, as the outbox sends them, is one file."""

    _path = ""

    def _get_filename(self) -> str:
        if not self._path:
            name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid4().hex}.log"
            self._path = str(Path(self.file_path) / name)
        return self._path
