"""The outbox of Stripe calls: one row per object that we create or change there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from marketplace.kernel.ids import new_id


class OperationKind(models.TextChoices):
    CREATE_SESSION = "create_session", "create a Checkout session"
    EXPIRE_SESSION = "expire_session", "expire a Checkout session"
    CREATE_REFUND = "create_refund", "create a refund"
    CREATE_TRANSFER = "create_transfer", "create a transfer"
    CREATE_ACCOUNT = "create_account", "create a connected account"
    SET_PAYOUT_SCHEDULE = "set_payout_schedule", "set a connected account's payouts to manual"
    CREATE_PAYOUT = "create_payout", "create a payout"
    REVERSE_TRANSFER = "reverse_transfer", "reverse a transfer"
    SUBMIT_EVIDENCE = "submit_evidence", "submit evidence for a dispute"
    CREATE_WITHDRAWAL = "create_withdrawal", "pay out to the platform's bank"


class OperationState(models.TextChoices):
    PENDING = "pending", "pending"  # to be sent, or sent with an unknown outcome
    DONE = "done", "done"
    FAILED = "failed", "failed"  # refused for good; what was intended has been undone
    PARKED = "parked", "parked"  # a person has to look


class StripeOperation(models.Model):
    """An intent, written with the business change that caused it; the executor makes it true outside."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=24, choices=OperationKind)
    subject = models.CharField(max_length=64)  # id of the row it is for: charge, refund, release, payout, account
    reference = models.CharField(max_length=120, default="", blank=True)
    params = models.JSONField(null=True)  # frozen at the first attempt
    account = models.CharField(max_length=100, default="", blank=True)  # connected account that it acts as
    lane = models.CharField(max_length=100, default="", blank=True)  # one at a time of each; empty: of no account
    livemode = models.BooleanField(default=False)

    state = models.CharField(max_length=10, choices=OperationState, default=OperationState.PENDING)
    attempt = models.PositiveSmallIntegerField(default=1)  # a new number is a new idempotency key
    tries = models.PositiveSmallIntegerField(default=0)  # sent under the present key
    first_sent_at = models.DateTimeField(null=True)  # under the present key, which Stripe forgets after 24 h
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)  # compare-and-set: whoever claimed it records, or nobody

    stripe_id = models.CharField(max_length=100, default="", blank=True)
    error_code = models.CharField(max_length=100, default="", blank=True)
    error = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="operation_waiting", condition=models.Q(state="pending")),
            models.Index(
                fields=["leased_until"],
                name="operation_leased",
                condition=models.Q(state="pending", leased_until__isnull=False),
            ),
            models.Index(fields=["kind", "subject"], name="operation_subject"),
            models.Index(fields=["reference", "id"], name="operation_reference", condition=~models.Q(reference="")),
            # What staff look at: everything that is not simply done, and what ended lately.
            models.Index(fields=["state", "id"], name="operation_not_done", condition=~models.Q(state="done")),
            models.Index(fields=["done_at"], name="operation_ended", condition=models.Q(done_at__isnull=False)),
            models.Index(fields=["stripe_id"], name="operation_object", condition=~models.Q(stripe_id="")),
        ]
        constraints: ClassVar = [
            # A definite refusal makes a new operation; until then there is one.
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=~models.Q(state="failed"), name="operation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def idempotency_key(self) -> str:
        return f"op:{self.id}:{self.attempt}"

    @property
    def frozen(self) -> dict[str, Any]:
        """The parameters; the executor has frozen them before anything is sent."""
        if self.params is None:
            raise RuntimeError(f"operation {self.id} has no parameters yet")
        params: dict[str, Any] = self.params
        return params
