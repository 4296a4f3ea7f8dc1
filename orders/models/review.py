"""What the two sides say of each other afterwards, and what of it a seller carries."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from orders.contracts import Recent, Reputation
from orders.models.order import Order


def _stars() -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])


class ReviewQuerySet(models.QuerySet["Review"]):
    def revealed(self) -> Self:
        """What anybody may see and what counts."""
        return self.filter(revealed_at__isnull=False, removed_at=None)

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

    reply = models.TextField(blank=True, default="")  # of the person it is about, public
    replied_at = models.DateTimeField(null=True)
    reply_edited_at = models.DateTimeField(null=True)

    removed_at = models.DateTimeField(null=True)  # by staff: kept, but it shows and counts no more
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    removal_reason = models.TextField(blank=True, default="")

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
            models.CheckConstraint(
                condition=models.Q(reply="", replied_at__isnull=True)
                | ~models.Q(reply="") & models.Q(replied_at__isnull=False, revealed_at__isnull=False),
                name="review_replied_when_public",
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at__isnull=True, removed_by__isnull=True)
                | models.Q(removed_at__isnull=False, removed_by__isnull=False, revealed_at__isnull=False)
                & ~models.Q(removal_reason=""),
                name="review_removed_for_a_reason",
            ),
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
    """Counts that pages show beside a seller's name.

    The first five are of all orders, kept by the transitions that change them; those named ``recent_`` are of the last
    orders (``orders.levels.WINDOW``), counted by a job.
    """

    seller = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    completed = models.PositiveIntegerField(default=0)
    promised = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    review_count = models.PositiveIntegerField(default=0)
    stars_total = models.PositiveIntegerField(default=0)

    recent_orders = models.PositiveSmallIntegerField(default=0)
    recent_completed = models.PositiveSmallIntegerField(default=0)
    recent_promised = models.PositiveSmallIntegerField(default=0)
    recent_on_time = models.PositiveSmallIntegerField(default=0)
    recent_disputed = models.PositiveSmallIntegerField(default=0)
    recent_buyers = models.PositiveSmallIntegerField(default=0)
    recent_repeat_buyers = models.PositiveSmallIntegerField(default=0)
    recent_questions = models.PositiveSmallIntegerField(default=0)  # talks that a buyer began
    answer_minutes = models.PositiveIntegerField(null=True)  # to the first answer, median of those
    counted_at = models.DateTimeField(null=True)

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
            recent=Recent(
                orders=self.recent_orders,
                completed=self.recent_completed,
                promised=self.recent_promised,
                on_time=self.recent_on_time,
                disputed=self.recent_disputed,
                buyers=self.recent_buyers,
                repeat_buyers=self.recent_repeat_buyers,
                questions=self.recent_questions,
                answer_minutes=self.answer_minutes,
            ),
        )
