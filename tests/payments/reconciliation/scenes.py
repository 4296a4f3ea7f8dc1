"""A comparison from beginning to end, late enough that nothing counts as under way."""

from __future__ import annotations

from datetime import timedelta

from payments.models import Difference, ReconciliationRun, StatementLine
from payments.reconciliation import posted, runs
from tests.payments.scenes import Scene

LATER = timedelta(minutes=15)
# Kind, noun, object, our side, theirs: as seen from the platform's balance.
Row = tuple[str, str, str, int | None, int | None]


def compare(scene: Scene, later: timedelta = LATER, *, is_full: bool = False) -> ReconciliationRun:
    runs.start(scene.at + later, is_full=is_full)
    run = runs.go_on(scene.at + later, seconds=60)
    assert run
    return run


def waiting() -> set[Row]:
    return _rows("open")


def repaired() -> set[Row]:
    """But for the top-up that every scene begins with, of which no webhook tells either."""
    capital = set(StatementLine.objects.filter(type="topup").values_list("pk", flat=True))
    return {row for row in _rows("repaired") if row[2] not in capital}


def _rows(state: str) -> set[Row]:
    columns = ("kind", "noun", "object_id", "ours_minor", "theirs_minor")
    return set(Difference.objects.filter(state=state).values_list(*columns))


def balance_there(scene: Scene) -> dict[str, int]:
    """Straight from the sandbox, beside the product's own reading."""
    found = scene.sandbox.client().v1.balance.retrieve()
    parts = [*found.available, *found.pending]
    return {
        currency.upper(): sum(part.amount for part in parts if part.currency == currency)
        for currency in {part.currency for part in parts}
    }


def both_sides_are_equal(scene: Scene) -> None:
    assert posted.sums() == balance_there(scene)
