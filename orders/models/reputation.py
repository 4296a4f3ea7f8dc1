"""What sellers are known for, counted outside of requests from one row per finished order."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from orders.models.order import Order


class FinishedOrder(models.Model):
    """What one finished order says of its seller. An order that ended without anybody's fault has none."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="finished", primary_key=True)
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=60, blank=True, default="")  # as its source told when it ended
    category_name = models.CharField(max_length=100, blank=True, default="")
    ended_at = models.DateTimeField()
    is_completed = models.BooleanField()
    was_promised = models.BooleanField()  # something was delivered, or was not although it was late
    was_on_time = models.BooleanField()
    was_disputed = models.BooleanField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["seller", "-ended_at", "-order"], name="finished_of_seller"),
            models.Index(
                fields=["category", "-ended_at"],
                name="completed_of_category",
                condition=models.Q(is_completed=True, was_disputed=False),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(was_on_time=False) | models.Q(was_promised=True), name="on_time_was_promised"
            )
        ]

    def __str__(self) -> str:
        return f"finished: {self.order_id}"


class StaleRecord(models.Model):
    """A seller whose record no longer says what their finished orders do; the next run counts them anew.

    One row per change, so that writers never wait for each other.
    """

    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"to count: {self.seller_id}"


class CategoryRecord(models.Model):
    """All that a seller finished in one category."""

    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=60)
    name = models.CharField(max_length=100)
    completed = models.PositiveIntegerField(default=0)
    promised = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "category"], name="one_record_per_category"),
            models.CheckConstraint(
                condition=models.Q(on_time__lte=models.F("promised")), name="category_on_time_within"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seller_id} {self.category}: {self.completed}"
