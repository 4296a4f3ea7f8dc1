from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from gigs.models.category import Category


class EarningFigure(models.Model):
    """What completed orders of 90 days in a category, and everything below it, brought; anew once a day.

    ``prices``: lower quartile, middle and upper quartile of an order's price before fees, in minor units;
    ``monthly``: the same of how many orders a seller had in 30 days, in hundredths. Empty where there are too few
    orders to say anything (``gigs.insights.earnings``).
    """

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")
    currency = models.CharField(max_length=3)
    orders = models.PositiveIntegerField()
    sellers = models.PositiveIntegerField()
    prices = ArrayField(models.BigIntegerField(), default=list)
    monthly = ArrayField(models.IntegerField(), default=list)
    counted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["category", "currency"], name="one_earning_per_category"),
            models.CheckConstraint(
                condition=models.Q(prices__len=3, monthly__len=3) | models.Q(prices__len=0, monthly__len=0),
                name="earning_has_all_quartiles",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_id} {self.currency}"
