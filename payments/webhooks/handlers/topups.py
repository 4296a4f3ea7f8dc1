"""The operator's own money, put into the balance, and taken back by their bank."""

from __future__ import annotations

from functools import partial

from payments.gateway import movements
from payments.services.platform import book_all
from payments.webhooks.registry import Effect, Hint, follows


@follows("topup.succeeded", "topup.reversed")
def topup(hint: Hint) -> Effect | None:
    moved = movements.of(hint.object_id)
    return partial(book_all, moved) if moved else None
