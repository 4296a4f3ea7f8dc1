"""An import as its seller sees it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from gigs.bulk.states import OPEN, Plan
from gigs.models import GigImport, GigImportRow
from marketplace.kernel.errors import NotFound

PAGE, RECENT, _CHUNK = 50, 10, 500
# What the list can be narrowed to: name → condition.
VIEWS: dict[str, Q] = {
    "": Q(),
    "new": Q(plan=Plan.NEW),
    "changed": Q(plan=Plan.CHANGED),
    "unchanged": Q(plan=Plan.UNCHANGED),
    "wrong": Q(plan=Plan.WRONG),
    "failed": ~Q(failure=""),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by what they come to, and by what became of them."""

    new: int
    changed: int
    unchanged: int
    wrong: int
    done: int  # carried out, whether well or not
    failed: int

    @property
    def all(self) -> int:
        return self.new + self.changed + self.unchanged + self.wrong

    @property
    def to_do(self) -> int:
        return self.new + self.changed

    @property
    def well(self) -> int:
        return self.done - self.failed

    @property
    def left(self) -> int:
        return self.to_do - self.done


def own_import(import_id: uuid.UUID, seller_id: int) -> GigImport:
    """The getter is the permission check. Raises NotFound, also for somebody else's."""
    job = GigImport.objects.select_related("file").filter(pk=import_id, seller_id=seller_id).first()
    if job is None:
        raise NotFound(_("You have no such import."))
    return job


def open_import(seller_id: int) -> GigImport | None:
    return GigImport.objects.select_related("file").filter(seller_id=seller_id, state__in=OPEN).first()


def recent_imports(seller_id: int) -> list[GigImport]:
    """Newest first, the last few."""
    return list(GigImport.objects.select_related("file").filter(seller_id=seller_id).order_by("-created_at")[:RECENT])


def counts_of(job: GigImport) -> Counts:
    plans = {plan.value: Count("pk", filter=Q(plan=plan)) for plan in Plan}
    done = Count("pk", filter=Q(done_at__isnull=False))
    return Counts(**job.rows.aggregate(**plans, done=done, failed=Count("pk", filter=~Q(failure=""))))


def page_of_rows(job: GigImport, view: str, after: int) -> tuple[list[GigImportRow], int | None]:
    """Rows behind a number, and the number behind which the next page begins, None on the last."""
    found = job.rows.filter(VIEWS.get(view, Q()), number__gt=after).defer("document").order_by("number")
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else None


def all_rows(job: GigImport) -> Iterator[GigImportRow]:
    """Some hundreds at a time."""
    last = 0
    while True:
        rows = list(job.rows.filter(number__gt=last).defer("document").order_by("number")[:_CHUNK])
        yield from rows
        if len(rows) < _CHUNK:
            return
        last = rows[-1].number
