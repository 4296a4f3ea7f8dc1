"""What a bank takes back over everybody's head, and the warning that it may."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from marketplace.kernel.ids import new_id
from marketplace.kernel.money import Money
from payments.models.charges import Charge


class ChargebackState(models.TextChoices):
    INQUIRY = "inquiry", "inquiry"  # the bank asks; no money has moved
    OPEN = "open", "open"  # everything of the charge is frozen
    WON = "won", "won"
    LOST = "lost", "lost"
    CLOSED = "closed", "closed"  # an inquiry that ended without money


class Chargeback(models.Model):
    """A dispute at Stripe. Money is posted only for the balance transactions that it lists."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="chargebacks")
    stripe_dispute_id = models.CharField(max_length=100, unique=True)
    state = models.CharField(max_length=8, choices=ChargebackState)
    status = models.CharField(max_length=40)  # Stripe's own word
    reason = models.CharField(max_length=60)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    withdrawn_minor = models.BigIntegerField(default=0)  # by the bank, less what it gave back
    fee_minor = models.BigIntegerField(default=0)
    lost_minor = models.BigIntegerField(default=0)  # borne by the hold
    written_off_minor = models.BigIntegerField(default=0)  # borne by the platform
    evidence_due_at = models.DateTimeField(null=True)
    evidence = models.JSONField(default=dict, blank=True)  # as it was last put together
    evidence_note = models.TextField(default="", blank=True)  # the seller's own words
    submitted_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)  # its loss has been posted
    livemode = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, lost_minor__gte=0, written_off_minor__gte=0), name="chargeback_amounts"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["evidence_due_at"], name="chargeback_open", condition=Q(state__in=["inquiry", "open"]))
        ]

    def __str__(self) -> str:
        return f"chargeback {self.stripe_dispute_id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class FraudWarning(models.Model):
    """The card's issuer believes that a payment is fraudulent, before any chargeback."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="warnings")
    stripe_id = models.CharField(max_length=100, unique=True)
    fraud_type = models.CharField(max_length=60)
    actionable = models.BooleanField(default=True)
    livemode = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="fraud_warning_open", condition=Q(cleared_at=None))
        ]

    def __str__(self) -> str:
        return f"fraud warning {self.stripe_id}"
