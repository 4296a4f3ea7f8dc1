from __future__ import annotations

from typing import ClassVar

from django.db import models

from gigs.models.category import Category


class CategoryActivity(models.Model):
    """What goes on in a category and everything below it, counted by tasks; pages read this and count nothing.

    Amounts are minor units by currency, all-in; ``*_currency`` maps an ISO 4217 code to a number.
    """

    category = models.OneToOneField(Category, on_delete=models.CASCADE, primary_key=True, related_name="activity")
    gigs_by_currency = models.JSONField(default=dict)  # that can be found
    lowest_by_currency = models.JSONField(default=dict)
    wanted_values = models.JSONField(default=list)  # [attribute's slug, value's slug, name], most ordered first
    gigs_counted_at = models.DateTimeField(null=True)

    # Of the orders that ended within the last 30 days.
    finished = models.PositiveIntegerField(default=0)
    median_minutes = models.PositiveIntegerField(null=True)  # from the start of the clock to the delivery
    median_by_currency = models.JSONField(default=dict)  # price
    promised = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)  # of these
    orders_counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(on_time__lte=models.F("promised")), name="activity_on_time_within"
            ),
        ]

    def __str__(self) -> str:
        return f"activity: {self.category_id}"
