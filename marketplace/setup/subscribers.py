"""What apps below tell that belongs to the set-up."""

from __future__ import annotations

from marketplace.kernel.events import subscribe
from marketplace.setup import services
from payments.contracts import BackupMade


@subscribe(BackupMade)
def backup_made(event: BackupMade) -> None:
    services.note("backup", by_id=None, at=event.at, size_bytes=event.size_bytes)
