"""Sellers' accounts at Stripe and the payouts from there to their banks."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from marketplace.kernel.ids import new_id
from payments.contracts import PayoutGate


class ConnectedAccount(models.Model):
    """A seller at Stripe. ``gate`` says whether transfers reach them; Stripe is re-read, never assumed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    stripe_id = models.CharField(max_length=100, default="", blank=True)
    email = models.EmailField()
    country = models.CharField(max_length=2)
    gate = models.CharField(
        max_length=12, choices=[(g.value, g.value) for g in PayoutGate], default=PayoutGate.INCOMPLETE
    )
    gate_since = models.DateTimeField()
    requirements = models.JSONField(default=list, blank=True)  # the provider's names of what it asks for
    livemode = models.BooleanField(default=False)
    payout_due_at = models.DateTimeField(null=True)  # when the next payout may be made; null: at once
    created_at = models.DateTimeField()
    synced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stripe_id"], condition=~Q(stripe_id=""), name="connected_account_once")
        ]

    def __str__(self) -> str:
        return self.stripe_id or str(self.id)


class PayoutState(models.TextChoices):
    ASKED = "asked", "asked"
    SENT = "sent", "sent"  # Stripe has it; the bank takes days
    PAID = "paid", "paid"
    FAILED = "failed", "failed"  # may follow a success; the money is in the connected account again


class Payout(models.Model):
    """From a seller's connected balance to their bank: their own ledger, mirrored here for display."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(ConnectedAccount, models.PROTECT, related_name="payouts")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=PayoutState, default=PayoutState.ASKED)
    stripe_payout_id = models.CharField(max_length=100, default="", blank=True)
    arrives_on = models.DateField(null=True)
    failure = models.CharField(max_length=300, default="", blank=True)
    asked_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_positive"),
            models.UniqueConstraint(fields=["account"], condition=Q(state="asked"), name="payout_one_asked"),
            models.UniqueConstraint(
                fields=["stripe_payout_id"], condition=~Q(stripe_payout_id=""), name="payout_object_once"
            ),
        ]

    def __str__(self) -> str:
        return f"payout {self.id}"
