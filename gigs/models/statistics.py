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


class GigReceipt(models.Model):
    """What one gig brought its seller on one day in UTC, after fees, in minor units of one currency.

    Written anew by ``gigs.insights.receipts`` as long as it may change; a day that brought nothing has no row.
    """

    gig = models.ForeignKey(Gig, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    currency = models.CharField(max_length=3)
    received_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gig", "day", "currency"], name="one_receipt_per_gig_and_day"),
            models.CheckConstraint(condition=models.Q(received_minor__gt=0), name="receipt_above_nought"),
        ]
        indexes: ClassVar = [models.Index(fields=["day"], name="gig_receipts_by_age")]

    def __str__(self) -> str:
        return f"{self.gig_id} {self.day} {self.currency}"


class GigRank(models.Model):
    """Where a gig stands without search words among those of its own category and currency: ``rank`` of ``among``.

    Counted by ``gigs.insights.ranks``; a gig that nobody can find has no row.
    """

    gig = models.OneToOneField(Gig, primary_key=True, on_delete=models.CASCADE, related_name="+")
    rank = models.PositiveIntegerField()
    among = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(rank__gte=1, rank__lte=models.F("among")), name="rank_within_its_category"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gig_id}: {self.rank} of {self.among}"


class FoldedBatch(models.Model):
    """Counts that were taken out of Redis under this id and are in the rows of GigDay: written in one transaction with
    them, so that no batch is added twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    folded_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.id)
