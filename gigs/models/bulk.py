"""Many gigs at once: an import with its rows, and which copies were made of which gig."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from gigs import limits
from gigs.bulk.states import OPEN, TO_DO, ImportState, Plan
from gigs.models.gig import Gig
from marketplace.kernel.ids import new_id


class GigCopy(models.Model):
    """That a seller's form made this copy: sent again, it finds the same."""

    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    form_key = models.CharField(max_length=64)
    original = models.ForeignKey(Gig, on_delete=models.CASCADE, related_name="+")
    copy = models.OneToOneField(Gig, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "original", "form_key"], name="one_copy_per_form"),
        ]

    def __str__(self) -> str:
        return f"{self.original_id} → {self.copy_id}"


class GigImport(models.Model):
    """A seller's file with gigs: checked first, then, where they say so, carried out row by row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    reader_language = models.CharField(max_length=20)  # in which the rows' words are written
    state = models.CharField(max_length=10, choices=ImportState.choices(), default=ImportState.CHECKING.value)

    # How the file is written, once somebody has looked.
    encoding = models.CharField(max_length=20, blank=True, default="")
    delimiter = models.CharField(max_length=1, blank=True, default="")
    headings = models.JSONField(default=list)  # by position; empty: a column that is left out
    unknown = models.JSONField(default=list)  # what stood over those, as written
    row_count = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True, default="")  # why it was refused, for its seller

    position = models.PositiveIntegerField(default=1)  # number of the last row that was checked; 1: the headings
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller"], name="one_import_at_a_time", condition=Q(state__in=[state.value for state in OPEN])
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="imports_by_age")]

    def __str__(self) -> str:
        return f"{self.id} {self.state}"

    @property
    def is_checking(self) -> bool:
        return self.state == ImportState.CHECKING

    @property
    def is_ready(self) -> bool:
        return self.state == ImportState.READY

    @property
    def is_running(self) -> bool:
        return self.state == ImportState.RUNNING

    @property
    def is_done(self) -> bool:
        return self.state == ImportState.DONE

    @property
    def is_refused(self) -> bool:
        return self.state == ImportState.REFUSED

    @property
    def is_cancelled(self) -> bool:
        return self.state == ImportState.CANCELLED

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class GigImportRow(models.Model):
    """A row of the file: what it comes to, and what became of it."""

    gig_import = models.ForeignKey(GigImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # as a spreadsheet counts, the headings being 1
    plan = models.CharField(max_length=10, choices=Plan.choices())
    title = models.CharField(max_length=limits.TITLE_MAX, blank=True, default="")
    gig = models.ForeignKey(Gig, on_delete=models.SET_NULL, null=True, related_name="+")  # of a new one: once made
    gig_version = models.PositiveIntegerField(null=True)  # that the check compared with
    base_mark = models.CharField(max_length=64, blank=True, default="")  # of what the gig was to be at the check
    document = models.JSONField(null=True)  # the content to write; shape: gigs/documents.py
    publish = models.BooleanField(null=True)  # as the row says; null: as it is
    changes = models.JSONField(default=list)  # sentences
    problems = models.JSONField(default=list)  # [column, sentence]
    done_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True, default="")  # why it could not be carried out after all

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gig_import", "number"], name="import_row_once"),
            models.CheckConstraint(
                condition=~Q(plan__in=[plan.value for plan in TO_DO]) | Q(document__isnull=False),
                name="row_to_do_says_what",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(plan__in=[plan.value for plan in TO_DO]), name="only_rows_to_do_are_done"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["gig_import", "number"],
                name="import_rows_to_do",
                condition=Q(plan__in=[plan.value for plan in TO_DO], done_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.number}: {self.plan}"
