"""What a seller offers one buyer, version by version: each answer is a row of its own."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from gigs import limits
from gigs.offers.states import AUTHOR, OTHER, OfferState
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import LARGEST_MINOR, Money


class CustomOffer(models.Model):
    """One version. ``chain`` holds those of one negotiation together; only its newest is ever open."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    chain = models.UUIDField(default=new_id)
    number = models.PositiveSmallIntegerField(default=1)
    conversation = models.ForeignKey("inbox.Conversation", on_delete=models.PROTECT, related_name="+")
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_seller = models.BooleanField()  # who wrote this version
    key = models.CharField(max_length=100)  # of the form that sent it
    state = models.CharField(max_length=10, choices=OfferState.choices(), default=OfferState.SENT.value)

    title = models.CharField(max_length=limits.TITLE_MAX)
    scope = models.TextField(max_length=limits.SCOPE_MAX)
    currency = models.CharField(max_length=3)
    price_minor = models.BigIntegerField()  # before fees; of all steps together
    promised_minutes = models.PositiveIntegerField()  # of all steps together
    revisions = models.PositiveSmallIntegerField()
    checklist = models.JSONField(default=list)
    steps = models.JSONField(default=list)  # [title, price in minor units, minutes]

    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=limits.ANSWER_MAX, blank=True, default="")  # why it was declined
    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, null=True, related_name="+")
    orders_placed = models.PositiveSmallIntegerField(default=0)  # one, and one more for each that was never paid

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chain", "number"], name="offer_version_numbered"),
            models.UniqueConstraint(
                fields=["chain"], name="one_open_version", condition=Q(state__in=["sent", "accepted"])
            ),
            models.UniqueConstraint(fields=["conversation", "key"], name="offer_sent_once"),
            models.CheckConstraint(condition=~Q(seller=F("buyer")), name="offer_to_somebody_else"),
            models.CheckConstraint(
                condition=Q(price_minor__range=(1, LARGEST_MINOR), promised_minutes__gte=1), name="offer_in_range"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="offer_expires_later"),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(order__isnull=False), name="accepted_offer_has_an_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], name="open_offers", condition=Q(state="sent")),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def author_id(self) -> int:
        return self.seller_id if self.by_seller else self.buyer_id

    @property
    def other_id(self) -> int:
        return self.buyer_id if self.by_seller else self.seller_id

    @property
    def is_sent(self) -> bool:
        return self.state == OfferState.SENT

    def is_open(self, at: datetime) -> bool:
        return self.is_sent and at < self.expires_at

    def role_of(self, user_id: int) -> str | None:
        """In the table's words; None for a stranger."""
        return {self.author_id: AUTHOR, self.other_id: OTHER}.get(user_id)
