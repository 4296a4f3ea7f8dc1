"""What comes back from sellers: transfers reversed at Stripe, and debts where they could not be."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from marketplace.kernel.ids import new_id
from payments.models.charges import Release


class ReversalState(models.TextChoices):
    PLANNED = "planned", "planned"  # the transfer itself is still under way
    ASKED = "asked", "asked"
    DONE = "done", "done"  # back in the platform's balance, and in the hold
    REFUSED = "refused", "refused"  # the connected account did not cover it: a debt
    NEEDLESS = "needless", "needless"  # the transfer never left: undone in our books alone


class TransferReversal(models.Model):
    """Part of a transfer asked back, because the release behind it is undone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    release = models.ForeignKey(Release, models.PROTECT, related_name="reversals")
    part_minor = models.BigIntegerField()  # of the release's gross: the three below together
    amount_minor = models.BigIntegerField()  # asked back from the connected account
    owed_minor = models.BigIntegerField(default=0)  # of the seller's share, not there to be asked back: a debt
    fees_minor = models.BigIntegerField(default=0)  # the platform's part
    state = models.CharField(max_length=8, choices=ReversalState)
    stripe_reversal_id = models.CharField(max_length=100, default="", blank=True)
    livemode = models.BooleanField(default=False)
    failure = models.CharField(max_length=300, default="", blank=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, owed_minor__gte=0, fees_minor__gte=0, part_minor__gt=0)
                & Q(part_minor=F("amount_minor") + F("owed_minor") + F("fees_minor")),
                name="reversal_parts",
            ),
            models.UniqueConstraint(
                fields=["stripe_reversal_id"], condition=~Q(stripe_reversal_id=""), name="reversal_object_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], name="reversal_open", condition=Q(state__in=["planned", "asked"]))
        ]

    def __str__(self) -> str:
        return f"reversal {self.key}"


class SellerDebt(models.Model):
    """A share that had reached its seller, went back to the buyer, and could not be taken back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    release = models.ForeignKey(Release, models.PROTECT, related_name="debts")
    key = models.CharField(max_length=200, unique=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    recovered_minor = models.BigIntegerField(default=0)
    written_off_minor = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, recovered_minor__gte=0, written_off_minor__gte=0)
                & Q(amount_minor__gte=F("recovered_minor") + F("written_off_minor")),
                name="debt_amounts",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["seller", "created_at"],
                name="debt_open",
                condition=Q(amount_minor__gt=F("recovered_minor") + F("written_off_minor")),
            )
        ]

    def __str__(self) -> str:
        return f"debt {self.key}"

    @property
    def left_minor(self) -> int:
        return self.amount_minor - self.recovered_minor - self.written_off_minor
