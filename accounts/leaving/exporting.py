"""A copy of what the site has written down of somebody: a ZIP with a JSON file for each kind of thing."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.leaving.registry import chapters
from accounts.models import DataExport, User
from accounts.services import letters
from marketplace.kernel import files, identity, languages, outbox, tidying
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.models import StoredFile

KEPT_FOR = timedelta(days=7)
PAUSE = timedelta(hours=24)
TOPIC = "data_export"


def latest(user_id: int) -> DataExport | None:
    """What they asked for last, ready or not."""
    return DataExport.objects.filter(user_id=user_id).select_related("file").order_by("-asked_at").first()


def ask(*, user_id: int, at: datetime) -> None:
    """A worker makes it. Raises Conflict for the second one within a day."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user_id)
        last = latest(user_id)
        if last is not None and last.asked_at > at - PAUSE:
            raise Conflict(_("One copy a day is made. Take the one that you asked for."), code="asked_today")
        made = DataExport.objects.create(user_id=user_id, asked_at=at)
        outbox.enqueue(topic=TOPIC, key=f"{TOPIC}:{made.pk}", payload={"id": made.pk}, at=at)


def make(export_id: int, at: datetime) -> None:
    """Once: a copy that is ready, or whose person has left meanwhile, stays as it is."""
    export = DataExport.objects.select_related("user").filter(pk=export_id, ready_at=None).first()
    if export is None:
        return
    with tempfile.TemporaryFile() as content, languages.spoken(export.user.language):
        _write(content, export.user, at)
        with files.with_its_files():
            kept = DataExport.objects.select_for_update().filter(pk=export_id, ready_at=None).first()
            if kept is None:
                return
            kept.file = files.keep(File(content), name=f"{slugify(identity.name()) or 'data'}-{at:%Y-%m-%d}.zip", at=at)
            kept.ready_at = at
            kept.save(update_fields=["file", "ready_at"])
            _tell(export, at)


def file_of(user_id: int, export_id: int) -> StoredFile:
    """Raises NotFound, also for somebody else's and for one that has gone."""
    found = DataExport.objects.filter(pk=export_id, user_id=user_id).select_related("file").first()
    if found is None or found.file is None:
        raise NotFound(_("This copy is not here any more. Ask for a new one."))
    return found.file


def drop_old(at: datetime, *, limit: int = 500) -> int:
    """Copies that were asked for a week ago; returns how many went."""
    return _drop(DataExport.objects.filter(asked_at__lt=at - KEPT_FOR)[:limit])


def drop_of(user_id: int) -> int:
    """Every copy of somebody; returns how many went."""
    return _drop(DataExport.objects.filter(user_id=user_id))


def _drop(exports: QuerySet[DataExport]) -> int:
    found = list(exports.select_related("file"))
    for export in found:
        with transaction.atomic():
            export.delete()
            if export.file:
                tidying.drop(export.file)
    return len(found)


def _write(content: IO[bytes], user: User, at: datetime) -> None:
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        names = list(chapters())
        readme = render_to_string(
            "accounts/export_readme.txt", {"person": user, "at": at, "names": names, "site_name": identity.name()}
        )
        archive.writestr("README.txt", readme)
        for name, rows in chapters().items():
            with archive.open(f"{name}.json", "w") as part:
                for piece in _json(rows(user.pk)):
                    part.write(piece.encode())


def _json(rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """A list, a row at a time: somebody may have written a hundred thousand messages."""
    encoder = DjangoJSONEncoder(ensure_ascii=False, indent=1)
    yield "["
    for number, row in enumerate(rows):
        yield ",\n" if number else "\n"
        yield encoder.encode(dict(row))
    yield "\n]\n"


def _tell(export: DataExport, at: datetime) -> None:
    letters.post(
        key=f"{TOPIC}:{export.pk}:ready",
        template="account/email/data_ready",
        email=export.user.email,
        user=export.user,
        url=settings.SITE_URL + reverse("accounts:leaving"),
        context={"days": KEPT_FOR.days},
        at=at,
    )
