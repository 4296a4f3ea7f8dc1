"""What the buyer was asked to pay for an order: each a charge of its own."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from marketplace.kernel.money import LARGEST_MINOR, Money
from marketplace.kernel.prepared import prepared
from orders.models.order import Order


class Purpose(models.TextChoices):
    """Also how payments calls it in its facts."""

    ORDER = "order", "the order, or its first step"
    EXTRA = "extra", "more work on a running order"
    STEP = "step", "the next step"
    TIP = "tip", "thanks"


class PaymentState(models.TextChoices):
    ASKED = "asked", "the buyer may pay"
    PAID = "paid", "paid"
    LAPSED = "lapsed", "not paid in time"
    RETURNED = "returned", "paid too late or wrongly, gone back"


class PaymentQuerySet(models.QuerySet["OrderPayment"]):
    def at_stake(self, order: Order) -> Self:
        """What was paid for the step that runs, oldest first; a tip is never at stake."""
        return self.of_step(order, order.step)

    def now_at_stake(self, order: Order) -> list[OrderPayment]:
        """The same, read."""
        return _AT_STAKE.all(order.pk, order.step)

    def of_step(self, order: Order, step: int) -> Self:
        return self.for_work().filter(order=order, step=step)

    def for_work(self) -> Self:
        return self.filter(state=PaymentState.PAID).exclude(purpose=Purpose.TIP)

    def clearing(self) -> Self:
        """Released to the seller, and still waiting before it becomes theirs."""
        return self.filter(clears_at__isnull=False, cleared_at=None)


class OrderPayment(models.Model):
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    charge_id = models.UUIDField(unique=True)
    purpose = models.CharField(max_length=8, choices=Purpose)
    step = models.PositiveSmallIntegerField(default=0)  # of the terms, from 0
    state = models.CharField(max_length=8, choices=PaymentState, default=PaymentState.ASKED)
    price_minor = models.BigIntegerField()
    buyer_fee_minor = models.BigIntegerField()
    asked_at = models.DateTimeField()
    closes_at = models.DateTimeField()  # end of the window; the provider's word decides
    settled_at = models.DateTimeField(null=True)

    # Each payment clears by itself: a step that was accepted does not wait for the next one.
    released_at = models.DateTimeField(null=True)
    clears_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)
    cleared_fast = models.BooleanField(default=False)

    doubted_at = models.DateTimeField(null=True)  # being checked: what is released of it waits, and does not clear

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "purpose"], name="one_payment_asked", condition=Q(state=PaymentState.ASKED)
            ),
            models.CheckConstraint(
                condition=Q(price_minor__range=(1, LARGEST_MINOR), buyer_fee_minor__range=(0, LARGEST_MINOR)),
                name="order_payment_in_range",
            ),
            models.CheckConstraint(
                condition=Q(state=PaymentState.ASKED, settled_at__isnull=True)
                | ~Q(state=PaymentState.ASKED) & Q(settled_at__isnull=False),
                name="order_payment_settled_when",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, clears_at__isnull=True, cleared_at__isnull=True)
                | Q(released_at__isnull=False, clears_at__isnull=False, state=PaymentState.PAID),
                name="order_payment_clears_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["released_at"], name="payment_cleared_fast", condition=Q(cleared_fast=True)),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.order_id} {self.all_in}"

    @property
    def is_open(self) -> bool:
        return self.state == PaymentState.ASKED

    def is_at_stake(self, order: Order) -> bool:
        """As ``at_stake`` says, of a row that was read."""
        return self.state == PaymentState.PAID and self.step == order.step and self.purpose != Purpose.TIP

    def settle(self, state: PaymentState, at: datetime) -> None:
        self.state, self.settled_at = state, at
        self.save(update_fields=["state", "settled_at"])

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.order.currency)

    @property
    def buyer_fee(self) -> Money:
        return Money(self.buyer_fee_minor, self.order.currency)

    @property
    def all_in(self) -> Money:
        return self.price + self.buyer_fee


_AT_STAKE = prepared(lambda order, step: OrderPayment.objects.for_work().filter(order=order, step=step))
