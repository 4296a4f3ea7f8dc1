"""Files of pieces that wait are prepared as those of galleries are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from gigs.gallery.preparing import claim, prepared, settle
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
    """A piece that was removed meanwhile leaves its public files to the gallery's tidying."""
    result.pop("dhash", None)  # pieces are not compared with those of others
    with transaction.atomic():
        piece = Piece.objects.filter(pk=file.piece_id).select_for_update().first()
        if piece and settle(PieceFile.objects.filter(pk=file.pk), result):
            services.refresh(piece, clock.now())
