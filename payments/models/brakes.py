"""Kill switches: what may not leave just now."""

from __future__ import annotations

from django.db import models


class Outflow(models.TextChoices):
    REFUNDS = "refunds", "refunds"
    TRANSFERS = "transfers", "transfers"
    PAYOUTS = "payouts", "payouts"


class Brake(models.Model):
    """A pulled kill switch; no row: that outflow runs. Intents are still written, nothing is sent."""

    outflow = models.CharField(max_length=10, choices=Outflow, primary_key=True)
    reason = models.CharField(max_length=300)
    pulled_by_id = models.BigIntegerField(null=True)  # null: by the system
    pulled_at = models.DateTimeField()
    until_reconciled = models.BooleanField(default=False)  # after a restore: lifted only when Stripe agrees

    def __str__(self) -> str:
        return f"{self.outflow}: {self.reason}"
