"""Do the books agree? Runs every query of ``payments/invariants.sql``; each row that comes back is a difference."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.db import connection, transaction

from payments.models import CheckName, CheckRun

logger = logging.getLogger(__name__)

_KEPT = 50
_FILE = Path(__file__).resolve().parent.parent / "invariants.sql"


@dataclass(frozen=True, slots=True)
class Difference:
    invariant: str
    details: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.details}"


@cache
def invariants() -> dict[str, str]:
    """Name and query of each, in the file's order."""
    parts = re.split(r"^-- name: (\w+)\n", _FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def differences() -> list[Difference]:
    """All differences, in one snapshot of the database, so that a running posting is no false alarm."""
    found = []
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:  # not inside somebody's transaction (a test's)
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for name, query in invariants().items():
            cursor.execute(query)
            columns = [column.name for column in cursor.description or ()]
            for row in cursor.fetchall():
                details = ", ".join(f"{column} {value}" for column, value in zip(columns, row, strict=True))
                found.append(Difference(name, details))
    for difference in found:
        logger.critical("the books differ: %s", difference)
    return found


def check(at: datetime) -> list[Difference]:
    """``differences``, kept as the last run, for the staff's pages."""
    found = differences()
    keep(CheckName.BOOKS, [str(difference) for difference in found], at)
    return found


def keep(name: CheckName, found: Sequence[str], at: datetime) -> None:
    """Writes down the last run of a check, and since when it differs."""
    run = CheckRun.objects.filter(name=name).first()
    since = (run.differs_since if run and run.differs_since else at) if found else None
    CheckRun.objects.update_or_create(
        name=name,
        defaults={
            "ran_at": at,
            "difference_count": len(found),
            "differences": [difference[:500] for difference in found[:_KEPT]],
            "differs_since": since,
        },
    )
