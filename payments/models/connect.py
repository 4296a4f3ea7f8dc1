"""Sellers' accounts at Stripe, and what lies in them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from marketplace.kernel.ids import new_id
from marketplace.kernel.money import Money
from payments.contracts import PayoutGate


class ConnectedAccount(models.Model):
    """A seller at Stripe. ``gate`` says whether transfers reach them; Stripe is re-read, never assumed.

    A seller has one at a time; what they had before stays for its history, and for what still lies in it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    stripe_id = models.CharField(max_length=100, default="", blank=True)
    email = models.EmailField()
    country = models.CharField(max_length=2)
    gate = models.CharField(
        max_length=12, choices=[(g.value, g.value) for g in PayoutGate], default=PayoutGate.INCOMPLETE
    )
    gate_since = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)  # the first time that transfers reached it
    # What the provider asks for: {"name", "due", "problem"}, its own names; and when it begins to matter.
    requirements = models.JSONField(default=list, blank=True)
    requirements_due_at = models.DateTimeField(null=True)
    livemode = models.BooleanField(default=False)

    bank_marks = models.JSONField(default=list, blank=True)  # of the banks it had when last read; never emptied
    bank_label = models.CharField(max_length=100, default="", blank=True)
    bank_refused_since = models.DateTimeField(null=True)  # a payout came back: none until the bank is changed
    stopped_until = models.DateTimeField(null=True)  # no payout before: the bank or the account is new

    payout_due_at = models.DateTimeField(null=True)  # when the next payout may be made; null: at once
    looking_until = models.DateTimeField(null=True)  # a worker looks what there is to pay out
    replaced_at = models.DateTimeField(null=True)  # null: the seller's present one
    created_at = models.DateTimeField()
    synced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stripe_id"], condition=~Q(stripe_id=""), name="connected_account_once"),
            models.UniqueConstraint(fields=["user"], condition=Q(replaced_at=None), name="connected_account_present"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["payout_due_at"], name="connected_account_due", condition=Q(gate=PayoutGate.OPEN))
        ]

    def __str__(self) -> str:
        return self.stripe_id or str(self.id)


class ConnectedBalance(models.Model):
    """What lay in a connected account when it was last looked at, in one currency. A mirror, for display."""

    account = models.ForeignKey(ConnectedAccount, models.PROTECT, related_name="balances")
    currency = models.CharField(max_length=3)
    available_minor = models.BigIntegerField()  # negative where the seller owes the provider
    pending_minor = models.BigIntegerField()
    read_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "currency"], name="connected_balance_once")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.available}"

    @property
    def available(self) -> Money:
        return Money(self.available_minor, self.currency)

    @property
    def pending(self) -> Money:
        return Money(self.pending_minor, self.currency)
