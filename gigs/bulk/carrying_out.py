"""The work of an import, a slice at a time: read and try its rows, then, once confirmed, carry them out.

Every row is a transaction of its own that begins by locking the import: a worker that was killed leaves no half row,
and two that work on the same import do each row once.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from gigs import documents
from gigs.bulk import reading, states
from gigs.bulk.planning import Names, row_of
from gigs.bulk.states import ImportState, Plan
from gigs.models import GigImport, GigImportRow
from gigs.reviewing import gate
from gigs.selectors.owned import locked_gig, own_gig
from gigs.services import editing, publishing
from marketplace.kernel.errors import Conflict, DomainError

logger = logging.getLogger(__name__)
SLICE_SECONDS = 5.0  # others wait for the same workers


def go_on(import_id: uuid.UUID, at: datetime) -> bool:
    """Does what there is to do for some seconds; says whether there is more."""
    job = GigImport.objects.filter(pk=import_id).first()
    if job is None or not (job.is_checking or job.is_running):
        return False
    with translation.override(job.reader_language):
        return _check(job, at) if job.is_checking else _carry_out(job, at)


def move(job: GigImport, action: str, actor: str, target: ImportState | None = None) -> None:
    """The one place where an import's state changes; the caller holds its lock and saves. Raises IllegalTransition."""
    row = states.TABLE.find(job.state, action, actor)
    job.state = target if target in row.targets else row.targets[0]


def locked(import_id: uuid.UUID) -> GigImport:
    return GigImport.objects.select_for_update().get(pk=import_id)


# Reading and trying


def _check(job: GigImport, at: datetime) -> bool:
    try:
        with job.file.file.open("rb") as file:
            if not job.headings:
                _open(job, file)
            return _check_rows(job, file, at)
    except (reading.Unreadable, FileNotFoundError) as error:
        said = _("The file is not there any more. Choose it again.")
        _refuse(job, error.message if isinstance(error, reading.Unreadable) else said, at)
        return False


def _open(job: GigImport, file: Any) -> None:
    """Looks through the file once. Raises Unreadable."""
    layout = reading.layout_of(file)
    most = settings.GIG_IMPORT_ROWS
    count = sum(1 for _row in islice(reading.rows(file, layout), most + 1))
    if count > most:
        said = _(
            "The file has more than %(most)s gigs. Nothing was imported: split it, and import one part after another."
        )
        raise reading.Unreadable(said % {"most": most})
    if not count:
        raise reading.Unreadable(_("There is no row under the headings."))
    job.encoding, job.delimiter = layout.encoding, layout.delimiter
    job.headings, job.unknown, job.row_count = list(layout.headings), list(layout.unknown), count
    job.save(update_fields=["encoding", "delimiter", "headings", "unknown", "row_count"])


def _check_rows(job: GigImport, file: Any, at: datetime) -> bool:
    layout = reading.Layout(job.encoding, job.delimiter, tuple(job.headings), ())
    names, end = Names.now(), time.monotonic() + SLICE_SECONDS
    for number, given in reading.rows(file, layout):
        if number <= job.position:
            continue
        with transaction.atomic():
            now = locked(job.pk)
            if not now.is_checking:
                return False
            if number > now.position:
                row_of(now, number, given, names, at).save(force_insert=True)
                now.position = number
                now.save(update_fields=["position"])
        if time.monotonic() > end:
            return True
    _checked(job, at)
    return False


@transaction.atomic
def _checked(job: GigImport, at: datetime) -> None:
    now = locked(job.pk)
    if not now.is_checking:
        return
    has_work = now.rows.filter(plan__in=states.TO_DO).exists()
    move(now, "checked", "system", ImportState.READY if has_work else ImportState.DONE)
    now.checked_at, now.ended_at = at, None if has_work else at
    now.save(update_fields=["state", "checked_at", "ended_at"])


@transaction.atomic
def _refuse(job: GigImport, message: str, at: datetime) -> None:
    now = locked(job.pk)
    if now.is_checking:
        move(now, "refuse", "system")
        now.problem, now.ended_at = message, at
        now.save(update_fields=["state", "problem", "ended_at"])


# Carrying out


def _carry_out(job: GigImport, at: datetime) -> bool:
    end = time.monotonic() + SLICE_SECONDS
    return any(time.monotonic() > end for _row in _rows_one_by_one(job.pk, at))


def _rows_one_by_one(import_id: uuid.UUID, at: datetime) -> Iterator[int]:
    while True:
        with transaction.atomic():
            job = locked(import_id)
            if not job.is_running:
                return
            row = job.rows.filter(plan__in=states.TO_DO, done_at=None).order_by("number").first()
            if row is None:
                move(job, "finish", "system")
                job.ended_at = at
                job.save(update_fields=["state", "ended_at"])
                return
            _do(job, row, at)
        yield row.number


def _do(job: GigImport, row: GigImportRow, at: datetime) -> None:
    """In the caller's transaction: the gig and the note that it was done, or neither."""
    try:
        with transaction.atomic():
            row.gig_id = _write(job, row, at)
    except (OperationalError, InterfaceError):
        raise
    except DomainError as error:
        row.failure = error.message
    except Exception:
        # A row that breaks the program must not hold up the others.
        logger.exception("import %s, row %s", job.pk, row.number)
        row.failure = _("Something went wrong on our side with this row.")
    row.done_at = at
    row.save(update_fields=["gig", "done_at", "failure"])


def _write(job: GigImport, row: GigImportRow, at: datetime) -> int:
    content, seller_id = documents.content_from(row.document or {}), job.seller_id
    if row.plan == Plan.NEW:
        gig_id = editing.create_gig(seller_id=seller_id, content=content, at=at)
    elif row.gig_id is None:
        raise DomainError(_("This gig is not there any more."))
    else:
        gig_id = row.gig_id
        locked = locked_gig(gig_id, seller_id)
        now = gate.waited_for(locked)[0]
        # A row that only publishes or pauses hands nothing in again.
        if content != now:
            # Another version is refused below; a change that waits makes none.
            if locked.version == row.gig_version and documents.content_mark(now) != row.base_mark:
                raise Conflict(_("This gig was changed after the check. Check the file once more."))
            editing.edit_gig(
                gig_id=gig_id, seller_id=seller_id, content=content, at=at, version=row.gig_version,
                agreed_currency=content.currency,
            )  # fmt: skip
    gig = own_gig(gig_id, seller_id)
    if row.publish and not (gig.is_active or gig.is_in_review):
        publishing.publish(gig_id=gig_id, seller_id=seller_id, at=at)
    elif row.publish is False and gig.is_active:
        publishing.pause(gig_id=gig_id, seller_id=seller_id, at=at)
    return gig_id
