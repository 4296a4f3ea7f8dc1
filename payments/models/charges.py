"""What buyers paid, what was released of it to whom, and what went back."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from marketplace.kernel.ids import new_id
from marketplace.kernel.money import LARGEST_MINOR, Money
from payments.contracts import ChargeState, ChargeView


class Funding(models.TextChoices):
    BUYER = "buyer", "the buyer's payment"
    PLATFORM = "platform", "a promotion that the platform pays for"


class Charge(models.Model):
    """One payment asked of a buyer. Captured, it is a hold without a payee; a release names the payee."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    reference = models.CharField(max_length=120, db_index=True)  # whose it is, opaque here
    purpose = models.CharField(max_length=20)
    payer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    payer_email = models.EmailField()
    payer_origin = models.CharField(max_length=64, default="", blank=True)  # a keyed hash of the address that asked
    failed_attempts = models.PositiveSmallIntegerField(default=0)  # cards refused for it
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    funding = models.CharField(max_length=10, choices=Funding, default=Funding.BUYER)
    lines = models.JSONField()
    window_seconds = models.PositiveIntegerField()
    success_path = models.CharField(max_length=300)
    cancel_path = models.CharField(max_length=300)

    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in ChargeState], default=ChargeState.PENDING
    )
    session_id = models.CharField(max_length=100, default="", blank=True)
    payment_intent_id = models.CharField(max_length=100, default="", blank=True)
    stripe_charge_id = models.CharField(max_length=100, default="", blank=True)
    checkout_url = models.TextField(default="", blank=True)
    livemode = models.BooleanField(default=False)

    captured_minor = models.BigIntegerField(default=0)
    released_minor = models.BigIntegerField(default=0)  # gross, fees included, less what was undone
    refunded_minor = models.BigIntegerField(default=0)  # from the intent on, less what failed
    waiting_minor = models.BigIntegerField(default=0)  # of refunds that wait for a seller's share to come back
    lost_minor = models.BigIntegerField(default=0)  # to chargebacks
    warned_at = models.DateTimeField(null=True)  # early fraud warning: nothing is released until staff clear it
    stripe_fee_minor = models.BigIntegerField(null=True)

    created_at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True)
    expired_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(null=True)  # when Stripe was last asked about it

    class Meta:
        constraints: ClassVar = [
            # Stripe's longest amount: sums of millions of them stay within 64 bits.
            models.CheckConstraint(condition=Q(amount_minor__range=(1, LARGEST_MINOR)), name="charge_in_range"),
            models.CheckConstraint(
                condition=Q(captured_minor__gte=0, released_minor__gte=0, refunded_minor__gte=0, lost_minor__gte=0),
                name="charge_parts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(captured_minor__gte=F("released_minor") + F("refunded_minor") + F("lost_minor")),
                name="charge_never_overdrawn",
            ),
            models.CheckConstraint(
                condition=Q(waiting_minor__gte=0)
                & Q(captured_minor__gte=F("waiting_minor") + F("refunded_minor") + F("lost_minor")),
                name="charge_waiting_within",
            ),
            models.UniqueConstraint(fields=["session_id"], condition=~Q(session_id=""), name="charge_session_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="charge_pending", condition=Q(state=ChargeState.PENDING)),
            models.Index(fields=["created_at"], name="charge_refused", condition=Q(failed_attempts__gt=0)),
            models.Index(fields=["captured_at"], name="charge_captured", condition=Q(captured_at__isnull=False)),
            # Stripe names them so, in webhooks and in its statement.
            models.Index(fields=["payment_intent_id"], name="charge_intent", condition=~Q(payment_intent_id="")),
            models.Index(fields=["stripe_charge_id"], name="charge_object", condition=~Q(stripe_charge_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.reference} {self.amount}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def free_minor(self) -> int:
        """What is still held: neither released nor refunded nor lost."""
        return self.captured_minor - self.released_minor - self.refunded_minor - self.lost_minor

    @property
    def view(self) -> ChargeView:
        return ChargeView(
            id=self.id,
            reference=self.reference,
            purpose=self.purpose,
            amount=self.amount,
            state=ChargeState(self.state),
            checkout_url=self.checkout_url,
        )


class ReleaseState(models.TextChoices):
    CLEARING = "clearing", "clearing"  # the seller's share waits for the end of the clearing period
    AVAILABLE = "available", "available"  # cleared; sent as soon as the seller can be paid
    SENDING = "sending", "sending"  # the transfer is an operation under way
    TRANSFERRED = "transferred", "transferred"  # in the seller's connected account
    SETTLED = "settled", "settled"  # nothing left to send: all of it paid a debt
    UNDONE = "undone", "undone"  # all of it went back to the hold


class Release(models.Model):
    """Part of a hold that became a seller's. Gross = price + buyer fee; the seller's net = price − seller fee."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="releases")
    payee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    price_minor = models.BigIntegerField()
    seller_fee_minor = models.BigIntegerField()
    buyer_fee_minor = models.BigIntegerField()
    undone_minor = models.BigIntegerField(default=0)  # of the gross
    recovered_minor = models.BigIntegerField(default=0)  # of the net, kept back for the seller's debts
    sent_minor = models.BigIntegerField(default=0)  # the amount of its transfer, from the intent on
    reversed_minor = models.BigIntegerField(default=0)  # of the transfer, come back since
    livemode = models.BooleanField(default=False)
    reserved_until = models.DateTimeField(null=True)  # rolling reserve: clears then, not with the rest
    state = models.CharField(max_length=12, choices=ReleaseState, default=ReleaseState.CLEARING)
    stripe_transfer_id = models.CharField(max_length=100, default="", blank=True)
    account = models.ForeignKey("payments.ConnectedAccount", models.PROTECT, null=True, related_name="+")  # it went to
    note = models.CharField(max_length=300, default="", blank=True)  # why it is not moving, for staff
    payout = models.ForeignKey("payments.Payout", models.PROTECT, null=True, related_name="releases")
    released_at = models.DateTimeField()
    available_at = models.DateTimeField(null=True)
    transferred_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(price_minor__gt=0, buyer_fee_minor__gte=0, seller_fee_minor__gte=0)
                & Q(seller_fee_minor__lte=F("price_minor")),
                name="release_amounts",
            ),
            models.CheckConstraint(
                condition=Q(undone_minor__gte=0, undone_minor__lte=F("price_minor") + F("buyer_fee_minor")),
                name="release_undone_at_most_gross",
            ),
            models.CheckConstraint(
                condition=Q(recovered_minor__gte=0, sent_minor__gte=0, reversed_minor__gte=0)
                & Q(reversed_minor__lte=F("sent_minor"))
                & Q(recovered_minor__lte=F("price_minor")),
                name="release_sent_amounts",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["payee", "state"], name="release_payee_state"),
            models.Index(fields=["available_at"], name="release_available", condition=Q(state="available")),
            models.Index(fields=["released_at"], name="release_sending", condition=Q(state="sending")),
            models.Index(fields=["stripe_transfer_id"], name="release_object", condition=~Q(stripe_transfer_id="")),
        ]

    def __str__(self) -> str:
        return f"release {self.key}"

    @property
    def gross_minor(self) -> int:
        return self.price_minor + self.buyer_fee_minor

    def fees_undone_minor(self, undone_minor: int) -> int:
        """The fees' part of that much undone: rounded once, half up to what can be paid; the seller gives the rest."""
        if not undone_minor:
            return 0
        fees = Money(self.seller_fee_minor + self.buyer_fee_minor, self.charge.currency)
        return fees.portion(undone_minor, self.gross_minor).amount_minor

    @property
    def net_minor(self) -> int:
        """What the seller gets of it now, after everything that was undone."""
        net = self.price_minor - self.seller_fee_minor
        return net - (self.undone_minor - self.fees_undone_minor(self.undone_minor))

    @property
    def sendable_minor(self) -> int:
        """What is still the seller's in our books: the net, less what paid their debts."""
        return max(self.net_minor - self.recovered_minor, 0)


class RefundState(models.TextChoices):
    WAITING = "waiting", "waiting"  # the seller's share has left and is being asked back first
    ASKED = "asked", "asked"  # decided here, not confirmed by Stripe
    PENDING = "pending", "pending"  # Stripe has it, the bank not yet
    SUCCEEDED = "succeeded", "succeeded"
    REFUSED = "refused", "refused"  # Stripe did not take it; the money is in the hold again
    BOUNCED = "bounced", "bounced"  # failed after Stripe had taken it; owed to the buyer
    SETTLED = "settled", "settled"  # bounced, and what was owed has reached the buyer in another way


class Refund(models.Model):
    """Money on its way back to the buyer of one charge."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="refunds")
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    # A second try after a bounce: paid from what is owed to the buyer, not from the hold.
    reissues = models.ForeignKey("self", models.PROTECT, null=True, related_name="reissued")
    livemode = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=RefundState, default=RefundState.ASKED)
    stripe_refund_id = models.CharField(max_length=100, default="", blank=True)
    failure = models.CharField(max_length=300, default="", blank=True)
    asked_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_positive"),
            models.UniqueConstraint(
                fields=["stripe_refund_id"], condition=~Q(stripe_refund_id=""), name="refund_object_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], name="refund_open", condition=Q(state__in=["asked", "pending"])),
            models.Index(fields=["id"], name="refund_trouble", condition=Q(state__in=["refused", "bounced"])),
        ]

    def __str__(self) -> str:
        return f"refund {self.key}"
