"""Files of pieces that wait are prepared as those of galleries are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from gigs.gallery.preparing import claim, prepared
from gigs.gallery.services import drop_source
from gigs.models import Piece, PieceFile
from gigs.portfolio import services
from marketplace.kernel import clock


def prepare_next(at: datetime) -> bool:
    """Prepares one file; False where none waits."""
    file = claim(PieceFile.objects, at)
    if file is None:
        return False
    _finish(file, prepared(file))
    return True


def _finish(file: PieceFile, result: dict[str, Any]) -> None:
    """Shows the file, or says why not. One that was removed meanwhile leaves files for the gallery's tidying."""
    result.pop("dhash", None)
    with transaction.atomic():
        piece = Piece.objects.select_for_update().get(pk=file.piece_id)
        still = PieceFile.objects.filter(pk=file.pk, state=PieceFile.State.WAITING)
        found = still.select_for_update(of=("self",)).select_related("source").first()
        if found is None or found.source is None:
            return
        source, found.source, found.leased_until = found.source, None, None
        found.state = PieceFile.State.FAILED if "why" in result else PieceFile.State.READY
        for name, value in result.items():
            setattr(found, name, value)
        found.save()
        drop_source(source)
        services.refresh(piece, clock.now())
