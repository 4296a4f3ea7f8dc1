"""What the processes of the killed imports do; each is called with a moment by ``tests/support/runner.py``."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from gigs.bulk import carrying_out, planning
from gigs.models import GigImport, GigImportRow
from tests.support import dying


def work(at: datetime, import_id: str) -> None:
    while carrying_out.go_on(uuid.UUID(import_id), at):
        pass


def die_within_row(at: datetime, import_id: str, number: int) -> None:
    """Killed when the gig of this row is written, and before that it was."""
    do = carrying_out._write

    def write(job: GigImport, row: GigImportRow, at: datetime) -> int:
        result = do(job, row, at)
        if row.number == number:
            dying._die()
        return result

    carrying_out._write = write
    work(at, import_id)


def die_within_check(at: datetime, import_id: str, number: int) -> None:
    """Killed while this row is tried."""
    plan = planning._plan

    def tried(planned: Any, job: GigImport, given: Any, names: Any, at: datetime) -> None:
        plan(planned, job, given, names, at)
        if job.rows.count() == number - 2:
            dying._die()

    planning._plan = tried
    work(at, import_id)


def note_first(at: datetime, import_id: str, number: int) -> None:
    """The control: rows that are noted as done before they are."""
    job = GigImport.objects.get(pk=import_id)
    for row in job.rows.order_by("number"):
        row.done_at = at
        row.save(update_fields=["done_at"])
        if row.number == number:
            dying._die()
        row.gig_id = carrying_out._write(job, row, at)
        row.save(update_fields=["gig"])
