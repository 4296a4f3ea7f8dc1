"""What was done about money that has been here for long."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from payments.models.charges import Charge


class AgeStep(models.TextChoices):
    PAY_OUT = "pay_out", "sent on, whatever the schedule"
    WARN_UNPAYABLE = "warn_unpayable", "staff were warned: the seller cannot be paid"
    REFUND = "refund", "the share goes back to the buyer"
    NEEDS_PERSON = "needs_person", "staff have to divide it: it cannot be refunded by itself"
    WARN_UNRELEASED = "warn_unreleased", "staff were warned: nobody has been released it"
    OVERDUE = "overdue", "told to its owner"


class AgeNotice(models.Model):
    """One step taken about one charge, once."""

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="age_notices")
    step = models.CharField(max_length=16, choices=AgeStep)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["charge", "step"], name="age_notice_once")]

    def __str__(self) -> str:
        return f"{self.charge_id}: {self.step}"


class PayoutReminder(models.Model):
    """A seller who cannot be paid was told so, for one stretch of time in which they cannot."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField()  # the oldest payment that waits for them
    day = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "since", "day"], name="payout_reminder_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: day {self.day}"
