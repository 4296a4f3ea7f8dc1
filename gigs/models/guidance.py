from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from gigs.guidance.sizes import SIZES
from gigs.models.category import Category
from gigs.models.gig import Gig
from marketplace.kernel.money import LARGEST_MINOR


class GuidanceFigure(models.Model):
    """What completed orders of one size cost in a category, in one currency; worked out anew once a day.

    The quartiles are of the sellers' prices for one piece, before fees, in minor units. They are empty where there
    are too few orders to say anything (``gigs.guidance.services``).
    """

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")
    currency = models.CharField(max_length=3)
    size = models.PositiveSmallIntegerField()  # an index of gigs.guidance.sizes.SIZES
    orders = models.PositiveIntegerField()
    p25_minor = models.PositiveBigIntegerField(null=True)
    p50_minor = models.PositiveBigIntegerField(null=True)
    p75_minor = models.PositiveBigIntegerField(null=True)
    counted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["category", "currency", "size"], name="one_figure_per_size"),
            models.CheckConstraint(condition=models.Q(size__lt=len(SIZES)), name="guidance_size_known"),
            models.CheckConstraint(
                condition=models.Q(p25_minor=None, p50_minor=None, p75_minor=None)
                | models.Q(p25_minor__lte=models.F("p50_minor"), p50_minor__lte=models.F("p75_minor")),
                name="guidance_quartiles_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_id} {self.currency} {self.size}"


class HourlyFloor(models.Model):
    """Below what a seller does not want to work: for one hour, after fees, before tax. Nobody else sees it."""

    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    currency = models.CharField(max_length=3)
    amount_minor = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "currency"], name="one_floor_per_currency"),
            models.CheckConstraint(condition=models.Q(amount_minor__range=(1, LARGEST_MINOR)), name="floor_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.seller_id} {self.currency}"


class PriceHint(models.Model):
    """The last time that a seller was told that a gig's price may rise. Amounts: minor units of the gig's currency."""

    gig = models.OneToOneField(Gig, on_delete=models.CASCADE, related_name="+", primary_key=True)
    position = models.PositiveSmallIntegerField()  # of the package
    price_minor = models.PositiveBigIntegerField()  # which the good orders were placed at
    suggested_minor = models.PositiveBigIntegerField()
    stars_tenths = models.PositiveSmallIntegerField()  # the mean of those orders
    is_from_figures = models.BooleanField()  # the suggestion is a quartile, or on the way to it
    made_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(suggested_minor__gt=models.F("price_minor")), name="hint_suggests_more"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gig_id}: {self.price_minor} to {self.suggested_minor}"
