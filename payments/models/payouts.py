"""Payouts from connected accounts to sellers' banks, and how each seller wants them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from marketplace.kernel.ids import new_id
from marketplace.kernel.money import Money
from payments.contracts import Schedule
from payments.models.connect import ConnectedAccount

_LAST_WEEKDAY = 6


class PayoutPlan(models.Model):
    """How a seller wants to be paid; no row: as the site does it for everybody."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+")
    schedule = models.CharField(max_length=8, choices=[(s.value, s.value) for s in Schedule])
    weekday = models.PositiveSmallIntegerField(validators=[MaxValueValidator(_LAST_WEEKDAY)])  # 0: Monday
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(weekday__gte=0, weekday__lte=_LAST_WEEKDAY), name="plan_weekday"),
            models.CheckConstraint(condition=Q(schedule__in=[s.value for s in Schedule]), name="plan_schedule"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.schedule}"


class SteadyAmount(models.Model):
    """What goes out each week at most, in one currency; the rest stays in the connected account as savings."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "currency"], name="steady_amount_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="steady_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {Money(self.amount_minor, self.currency)}"


class PayoutState(models.TextChoices):
    ASKED = "asked", "asked"
    SENT = "sent", "sent"  # Stripe has it; the bank takes days
    PAID = "paid", "paid"
    FAILED = "failed", "failed"  # may follow a success; the money is in the connected account again


class PayoutCause(models.TextChoices):
    SCHEDULE = "schedule", "schedule"
    SELLER = "seller", "seller"  # asked for it by the button
    AGE = "age", "age"  # the money may not lie there any longer


class Payout(models.Model):
    """From a seller's connected balance to their bank: their own ledger, mirrored here for display."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(ConnectedAccount, models.PROTECT, related_name="payouts")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    livemode = models.BooleanField(default=False)
    cause = models.CharField(max_length=8, choices=PayoutCause, default=PayoutCause.SCHEDULE)
    bank_label = models.CharField(max_length=100, default="", blank=True)
    state = models.CharField(max_length=8, choices=PayoutState, default=PayoutState.ASKED)
    stripe_payout_id = models.CharField(max_length=100, default="", blank=True)
    arrives_on = models.DateField(null=True)
    failure = models.CharField(max_length=300, default="", blank=True)  # the provider's words
    failure_code = models.CharField(max_length=60, default="", blank=True)
    asked_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)  # stays where it came back afterwards
    failed_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_positive"),
            # One under way at a time, so that no two take the same money.
            models.UniqueConstraint(
                fields=["account", "currency"], condition=Q(state="asked"), name="payout_one_asked"
            ),
            models.UniqueConstraint(
                fields=["stripe_payout_id"], condition=~Q(stripe_payout_id=""), name="payout_object_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "-asked_at"], name="payout_of_account"),
            models.Index(fields=["-asked_at", "id"], name="payout_newest"),
            models.Index(fields=["synced_at"], name="payout_on_its_way", condition=Q(state="sent")),
            models.Index(fields=["paid_at"], name="payout_may_return", condition=Q(state="paid")),
        ]

    def __str__(self) -> str:
        return f"payout {self.id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
