"""What a seller does with an import: begin, confirm, cancel. The work itself is done by workers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import api as accounts
from gigs.bulk.carrying_out import go_on, move
from gigs.bulk.states import OPEN, ImportState
from gigs.models import GigImport
from marketplace.kernel import clock, outbox
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from marketplace.kernel.hurry import hurry
from marketplace.kernel.tasks import deliver_outbox_now
from marketplace.kernel.uploads import places

TOPIC = "gig-import"
UNCONFIRMED_FOR, KEPT_FOR = timedelta(days=7), timedelta(days=30)


def begin(*, seller_id: int, upload_ids: Sequence[uuid.UUID], language: str, at: datetime) -> uuid.UUID:
    """Takes the file and has it checked; nothing is changed before ``confirm``. Returns the import's id.

    Raises InvalidInput (field ``files``) for no file, several, or one that is too large; Conflict (code
    ``import_open``) while another import is open; NotAllowed (not a seller).
    """
    if not accounts.is_seller(seller_id):
        raise NotAllowed(_("Switch to selling first, then you can import gigs."))
    if len(upload_ids) != 1:
        raise _wrong_file(_("Choose one CSV file."))
    try:
        with transaction.atomic():
            (stored,) = places.take(upload_ids, owner_id=seller_id, at=at)
            if stored.size_bytes > settings.GIG_IMPORT_BYTES:
                limit = settings.GIG_IMPORT_BYTES // 1_000_000
                raise _wrong_file(_("The file is larger than %(limit)s MB. Split it.") % {"limit": limit})
            job = GigImport.objects.create(seller_id=seller_id, file=stored, reader_language=language, created_at=at)
            _ask(job, at)
    except IntegrityError as error:
        message = _("An import of yours is open. Let it end, or cancel it, then begin the next.")
        raise Conflict(message, code="import_open") from error
    return job.pk


def _wrong_file(message: str) -> InvalidInput:
    return InvalidInput(message, fields={"files": message})


@transaction.atomic
def confirm(*, import_id: uuid.UUID, seller_id: int, at: datetime) -> None:
    """From now on the rows are carried out. Again is harmless. Raises NotFound, IllegalTransition."""
    job = _locked_own(import_id, seller_id)
    if job.started_at:
        return
    move(job, "confirm", "seller")
    job.started_at = at
    job.save(update_fields=["state", "started_at"])
    _ask(job, at)


@transaction.atomic
def cancel(*, import_id: uuid.UUID, seller_id: int, at: datetime) -> None:
    """What is done stays done, the rest is not begun. Again is harmless. Raises NotFound."""
    _cancel(_locked_own(import_id, seller_id), "seller", at)


@transaction.atomic
def cancel_all_of(seller_id: int, at: datetime) -> None:
    """Of somebody who may not sell any more."""
    for job in GigImport.objects.select_for_update().filter(seller_id=seller_id, state__in=OPEN):
        _cancel(job, "system", at)


def _cancel(job: GigImport, actor: str, at: datetime) -> None:
    if job.is_open:
        move(job, "cancel", actor)
        job.ended_at = at
        job.save(update_fields=["state", "ended_at"])


def work_on(import_id: uuid.UUID) -> None:
    """A slice; what is left goes into the outbox again, so that others have their turn."""
    at = clock.now()
    if go_on(import_id, at):
        _ask(GigImport.objects.get(pk=import_id), at)


def _ask(job: GigImport, at: datetime) -> None:
    """The key says how far it was: of two workers at the same place only one asks."""
    done = job.rows.exclude(done_at=None).count()
    key = f"{TOPIC}:{job.pk}:{job.state}:{job.position}:{done}"
    outbox.enqueue(topic=TOPIC, key=key, payload={"import": str(job.pk)}, at=at)
    transaction.on_commit(lambda: hurry(deliver_outbox_now), robust=True)


def tidy(at: datetime, *, limit: int = 200) -> int:
    """Ends imports that nobody confirms, and forgets old ones with their rows; their files go as orphans do."""
    left = GigImport.objects.filter(state=ImportState.READY, checked_at__lt=at - UNCONFIRMED_FOR).values_list(
        "pk", flat=True
    )
    for pk in list(left[:limit]):
        with transaction.atomic():
            job = GigImport.objects.select_for_update().get(pk=pk)
            if job.is_ready:
                _cancel(job, "system", at)
    old = GigImport.objects.filter(ended_at__lt=at - KEPT_FOR).order_by("created_at").values_list("pk", flat=True)
    ids = list(old[:limit])
    GigImport.objects.filter(pk__in=ids).delete()
    return len(ids)


def _locked_own(import_id: uuid.UUID, seller_id: int) -> GigImport:
    job = GigImport.objects.select_for_update().filter(pk=import_id, seller_id=seller_id).first()
    if job is None:
        raise NotFound(_("You have no such import."))
    return job
