"""Money that is a seller's, and waits until staff have looked at the payment it comes from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from marketplace.kernel.money import Money
from orders.models.order import Order


class WaitingRelease(models.Model):
    """A release as it was decided; it is carried out when nobody doubts the payment any more."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="waiting_releases")
    key = models.CharField(max_length=160, unique=True)
    charge_id = models.UUIDField()
    price_minor = models.BigIntegerField()
    seller_fee_minor = models.BigIntegerField()
    buyer_fee_minor = models.BigIntegerField()
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["charge_id"], name="one_release_waits_per_charge"),
            models.CheckConstraint(
                condition=Q(price_minor__gt=0, seller_fee_minor__gte=0, buyer_fee_minor__gte=0),
                name="waiting_release_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.price_minor} of {self.charge_id}"

    def money(self, minor: int) -> Money:
        return Money(minor, self.order.currency)
