"""How buyers want money that their card did not take."""

from __future__ import annotations

from django.db import models

from payments.models.charges import Refund


class RefundClaim(models.Model):
    """A bounced refund that its buyer wants on a bank account; staff pay it from the operator's own."""

    refund = models.OneToOneField(Refund, models.PROTECT, primary_key=True, related_name="claim")
    holder = models.CharField(max_length=120)
    iban = models.CharField(max_length=34)
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"claim of {self.refund_id}"
