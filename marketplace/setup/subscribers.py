"""What apps below tell that belongs to the set-up."""

from __future__ import annotations

from contextlib import suppress

from django.db import ProgrammingError, transaction

from marketplace.kernel.events import subscribe
from marketplace.setup import services
from payments.events import BackupMade


@subscribe(BackupMade)
def backup_made(event: BackupMade) -> None:
    """A database from before the set-up has no place to note it, and its backup is as good."""
    with suppress(ProgrammingError), transaction.atomic():
        services.note("backup", by_id=None, at=event.at, size_bytes=event.size_bytes)
