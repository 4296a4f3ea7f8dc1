"""Where a page of rows ended, as text for an address: a moment and an id. What is no cursor begins at the front."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


def name(moment: datetime, pk: uuid.UUID) -> str:
    return f"{moment.isoformat()},{pk}"


def older(rows: QuerySet[Row], field: str, text: str) -> QuerySet[Row]:
    """Rows, newest first, that follow the named one."""
    ordered = rows.order_by(f"-{field}", "-pk")
    moment, _comma, pk = text.partition(",")
    try:
        at, row_id = datetime.fromisoformat(moment), uuid.UUID(pk)
    except ValueError:
        return ordered
    if at.tzinfo is None:
        return ordered
    return ordered.filter(Q(**{f"{field}__lt": at}) | Q(**{field: at, "pk__lt": row_id}))
