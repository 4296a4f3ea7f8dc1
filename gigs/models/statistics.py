from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from gigs.models.gig import Gig


class GigDay(models.Model):
    """What happened to one gig on one day in UTC. Written by ``gigs.statistics.services`` alone.

    A day on which nothing happened has no row.
    """

    gig = models.ForeignKey(Gig, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    impressions = models.PositiveIntegerField(default=0)  # its card was on a page that somebody got
    views = models.PositiveIntegerField(default=0)  # its own page was opened: a visitor counts once in half an hour
    orders = models.PositiveIntegerField(default=0)  # were paid, whatever became of them

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["gig", "day"], name="one_row_per_gig_and_day")]
        indexes: ClassVar = [models.Index(fields=["day"], name="gig_days_by_age")]

    def __str__(self) -> str:
        return f"{self.gig_id} {self.day}"


class FoldedBatch(models.Model):
    """Counts that were taken out of Redis under this id and are in the rows of GigDay: written in one transaction with
    them, so that no batch is added twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    folded_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.id)
