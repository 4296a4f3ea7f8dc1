"""What was shown and is hidden gets other addresses: who kept the old ones finds nothing there.

The files themselves stay. Their seller sees them, and who said no, or took the piece down, may change their mind.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from gigs.gallery.preparing import copied
from gigs.models import Piece, PieceFile
from gigs.portfolio import services


def move_away(piece_id: int, at: datetime) -> None:
    """Done again, it does no harm. A piece that is shown by now stays where it is."""
    with transaction.atomic():
        piece = Piece.objects.select_for_update().filter(pk=piece_id, is_shown=False).first()
        if piece is None:
            return
        for file in piece.files.filter(state=PieceFile.State.READY):
            file.key, before = copied(file)
            file.save(update_fields=["key"])
            transaction.on_commit(partial(_delete, before))
        services.refresh(piece, at)


def _delete(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)
