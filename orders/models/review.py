"""What the two sides say of each other afterwards, and what of it a seller carries."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from orders.contracts import Reputation
from orders.models.order import Order


def _stars() -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])


class ReviewQuerySet(models.QuerySet["Review"]):
    def revealed(self) -> Self:
        return self.filter(revealed_at__isnull=False)

    def by_buyers(self) -> Self:
        return self.filter(role="buyer")

    def before(self, moment: datetime) -> Self:
        return self.filter(revealed_at__lt=moment)


class Review(models.Model):
    """Blind: nobody but its author sees it before ``revealed_at``, staff included."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="reviews")
    role = models.CharField(max_length=10)  # of the author
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stars = _stars()
    quality = _stars()
    communication = _stars()
    as_described = _stars()
    text = models.TextField(blank=True)
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    revealed_at = models.DateTimeField(null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "role"], name="one_review_per_side"),
            models.CheckConstraint(
                condition=models.Q(stars__range=(1, 5), quality__range=(1, 5))
                & models.Q(communication__range=(1, 5), as_described__range=(1, 5)),
                name="review_stars_range",
            ),
            models.CheckConstraint(condition=~models.Q(author=models.F("subject")), name="review_not_of_oneself"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["subject", "-revealed_at"],
                name="review_of_subject",
                condition=models.Q(revealed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.role} {self.stars}"


class SellerRecord(models.Model):
    """Counts that pages show beside a seller's name; kept by the transitions that change them."""

    seller = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    completed = models.PositiveIntegerField(default=0)
    promised = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    review_count = models.PositiveIntegerField(default=0)
    stars_total = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"record of {self.seller_id}"

    @property
    def reputation(self) -> Reputation:
        return Reputation(
            seller_id=self.seller_id,
            completed=self.completed,
            promised=self.promised,
            on_time=self.on_time,
            review_count=self.review_count,
            stars_total=self.stars_total,
        )
