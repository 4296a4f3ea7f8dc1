"""What the staff's money pages remember: runs of the checks, brakes that were, what was told and dealt with."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from payments.models.brakes import Outflow


class CheckName(models.TextChoices):
    BOOKS = "books", "the ledger against itself"
    STRIPE = "stripe", "the ledger against Stripe"


class CheckRun(models.Model):
    """The last run of a check."""

    name = models.CharField(max_length=10, choices=CheckName, primary_key=True)
    ran_at = models.DateTimeField()
    difference_count = models.PositiveIntegerField()
    differences = models.JSONField(default=list, blank=True)  # the first fifty, in words
    differs_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.difference_count}"


class BrakeRecord(models.Model):
    """A brake that was pulled and lifted again."""

    outflow = models.CharField(max_length=10, choices=Outflow)
    reason = models.CharField(max_length=300)
    pulled_by_id = models.BigIntegerField(null=True)
    pulled_at = models.DateTimeField()
    lifted_by_id = models.BigIntegerField(null=True)  # null: by the reconciliation
    lifted_at = models.DateTimeField()
    note = models.CharField(max_length=300, default="", blank=True)  # why it could be lifted

    def __str__(self) -> str:
        return f"{self.outflow}: {self.reason}"


class Sighting(models.Model):
    """Something on the money desk: told to the treasurers once; ``done_at`` where a person says it is dealt with."""

    key = models.CharField(max_length=200, primary_key=True)
    first_seen_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="sighting_done_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.key


class MarginRates(models.Model):
    """What the operator believes that money costs; the newest row of a currency counts, the others are its history."""

    currency = models.CharField(max_length=3)
    # Cards of the region, of its neighbours, of the rest of the world: a share, a fixed part, how common they are.
    region_bp = models.PositiveIntegerField()
    region_fixed_minor = models.PositiveIntegerField()
    near_bp = models.PositiveIntegerField()
    near_fixed_minor = models.PositiveIntegerField()
    near_share_bp = models.PositiveIntegerField()  # of all payments
    world_bp = models.PositiveIntegerField()
    world_fixed_minor = models.PositiveIntegerField()
    world_share_bp = models.PositiveIntegerField()
    payout_bp = models.PositiveIntegerField()
    payout_fixed_minor = models.PositiveIntegerField()
    orders_per_payout = models.PositiveIntegerField()
    account_month_minor = models.PositiveIntegerField()  # per connected account that was paid in a month
    orders_per_account_month = models.PositiveIntegerField()
    refund_share_bp = models.PositiveIntegerField()
    dispute_share_bp = models.PositiveIntegerField()
    dispute_fee_minor = models.PositiveIntegerField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "margin rates"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(orders_per_payout__gt=0, orders_per_account_month__gt=0), name="margin_orders_positive"
            ),
            models.CheckConstraint(
                condition=Q(near_share_bp__lte=10_000 - models.F("world_share_bp"))
                & Q(refund_share_bp__lte=10_000, dispute_share_bp__lte=10_000),
                name="margin_shares_at_most_whole",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["currency", "-id"], name="margin_newest")]

    def __str__(self) -> str:
        return f"{self.currency} {self.saved_at:%Y-%m-%d}"
