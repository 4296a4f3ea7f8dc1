"""Files that belong to nothing: uploaded with a draft that never became an order, or left by a broken request."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef

from marketplace.kernel.models import Preview, StoredFile
from marketplace.kernel.previews import making

# Longer than a session lives, because drafts hold their files by id in the session.
KEPT_FOR = timedelta(days=21)


def drop_orphans(at: datetime, *, limit: int = 500) -> int:
    """Deletes stored files that are older than KEPT_FOR and that no row points at; returns how many."""
    orphans = StoredFile.objects.filter(created_at__lt=at - KEPT_FOR)
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        points_here = relation.auto_created and (relation.one_to_many or relation.one_to_one)
        if points_here and relation.related_model is not Preview:
            model, name = relation.related_model, relation.field.name  # type: ignore[union-attr]
            orphans = orphans.exclude(Exists(model._default_manager.filter(**{name: OuterRef("pk")})))  # type: ignore[union-attr]
    found = list(orphans.order_by("created_at")[:limit])
    for stored in found:
        drop(stored)
    return len(found)


def drop(stored: StoredFile) -> None:
    """Deletes a file that no row points at any more, with its preview."""
    content, name = stored.file.storage, str(stored.file.name)
    preview = Preview.objects.filter(file=stored).first()
    with transaction.atomic():
        stored.delete()
        transaction.on_commit(partial(content.delete, name))
        if preview:
            transaction.on_commit(partial(making.drop_pictures, preview))
