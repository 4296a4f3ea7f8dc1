"""Where a page of rows ended, as text for an address: a moment and an id. Whatever else stands there reads as None,
which is the first page.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

Id = TypeVar("Id", int, uuid.UUID)
Row = TypeVar("Row", bound=Model)

NumberCursor = tuple[datetime, int]
Cursor = tuple[datetime, uuid.UUID]


def name(at: datetime, pk: int | uuid.UUID) -> str:
    return f"{at.isoformat()},{pk}"


def read_number(text: str) -> NumberCursor | None:
    """Of rows whose ids are numbers of PostgreSQL's bigint."""
    found = _read(text, int)
    return found if found and 0 < found[1] < 2**63 else None


def read(text: str) -> Cursor | None:
    """Of rows whose ids are UUIDs."""
    return _read(text, uuid.UUID)


def older(rows: QuerySet[Row], field: str, text: str) -> QuerySet[Row]:
    """Rows with UUIDs, newest first, that follow the named one."""
    ordered = rows.order_by(f"-{field}", "-pk")
    if not (place := read(text)):
        return ordered
    at, pk = place
    return ordered.filter(Q(**{f"{field}__lt": at}) | Q(**{field: at, "pk__lt": pk}))


def _read(text: str, id_of: Callable[[str], Id]) -> tuple[datetime, Id] | None:
    moment, _comma, pk = text.partition(",")
    try:
        at, found = datetime.fromisoformat(moment), id_of(pk)
        return (at.astimezone(UTC), found) if at.tzinfo else None  # PostgreSQL knows fewer zones than Python
    except (ValueError, OverflowError):
        return None
