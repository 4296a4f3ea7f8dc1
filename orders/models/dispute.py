"""A disagreement about an order, its evidence, and what was decided."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.models import StoredFile
from marketplace.kernel.money import Money
from orders.models.order import Order
from orders.states import Actor


class Ground(models.TextChoices):
    """What a dispute can be about; taste alone is none."""

    NOT_DELIVERED = "not_delivered", _("Nothing was delivered")
    NOT_AS_DESCRIBED = "not_as_described", _("Not as described")
    WRONG_FILES = "wrong_files", _("Wrong or broken files")
    LATE = "late", _("Too late to be of use")
    OUT_OF_SCOPE = "out_of_scope", _("More is asked than was agreed")
    UNREACHABLE = "unreachable", _("The other side does not answer")
    ABUSE = "abuse", _("Abuse or threats")


class Phase(models.TextChoices):
    ANSWER = "answer", _("waiting for the answer")
    NEGOTIATION = "negotiation", _("both have spoken")
    DECISION = "decision", _("to be decided")
    SECOND_LOOK = "second_look", _("waits for a second person")
    DECIDED = "decided", _("decided, may be appealed")
    CLOSED = "closed", _("closed")


class Outcome(models.TextChoices):
    OPEN = "", "open"
    WITHDRAWN = "withdrawn", _("withdrawn")
    SETTLED = "settled", _("settled by both")
    ENFORCED = "enforced", _("decided")
    BANK = "bank", _("ended by the buyer's bank")
    OVERDUE = "overdue", _("divided as the terms say")
    HELD = "held", _("cancelled while a side was suspended")


class Dispute(models.Model):
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="disputes")
    filer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    filer_role = models.CharField(max_length=10)  # "system" where the hard stop opened it
    respondent_role = models.CharField(max_length=10)
    ground = models.CharField(max_length=20, choices=Ground.choices)
    statement = models.TextField(blank=True)
    asked_minor = models.BigIntegerField()  # of the price, back to the buyer, as the filer wants it
    unmet = models.JSONField(default=list)  # positions of checklist items, as the filer sees them
    phase = models.CharField(max_length=12, choices=Phase.choices, default=Phase.ANSWER)
    opened_at = models.DateTimeField()
    state_before = models.CharField(max_length=24)
    seconds_left = models.JSONField(default=dict)  # of the timers that were stopped, by kind

    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    offered_minor = models.BigIntegerField(null=True)  # of the price, back to the buyer, as the other side offers
    answer_unmet = models.JSONField(default=list)
    served = models.PositiveSmallIntegerField(default=1)  # how often the other side was asked for its answer
    defaulted = models.BooleanField(default=False)
    escalated = models.BooleanField(default=False)

    # Sealed final offers, of the price back to the buyer: nobody reads the other side's before the case is closed.
    sealed_buyer_minor = models.BigIntegerField(null=True)  # at least so much
    sealed_seller_minor = models.BigIntegerField(null=True)  # at most so much

    # Who reads the case now, so that nobody else does the same; the lease ends by itself.
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    claimed_until = models.DateTimeField(null=True)

    percent = models.PositiveSmallIntegerField(null=True)  # of the price, to the seller
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    buyer_waived = models.BooleanField(default=False)
    seller_waived = models.BooleanField(default=False)

    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order"], name="one_open_dispute", condition=models.Q(closed_at=None)),
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True) | models.Q(percent__lte=100), name="dispute_percent_range"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True) | ~models.Q(reason=""), name="decision_has_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(claimed_by__isnull=True, claimed_until__isnull=True)
                | models.Q(claimed_by__isnull=False, claimed_until__isnull=False),
                name="dispute_claimed_until",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["phase", "opened_at"], name="dispute_open", condition=models.Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.ground}"

    def get_absolute_url(self) -> str:
        return reverse("orders:dispute", args=[self.order_id])

    @property
    def said(self) -> str | Promise:
        """The filer's words, or in the reader's language what somebody says by ending what is late."""
        if self.statement or self.filer_id is None or self.ground != Ground.LATE:
            return self.statement
        return _("The changes were not delivered in time.")

    @property
    def asked(self) -> Money:
        return Money(self.asked_minor, self.order.currency)

    @property
    def offered(self) -> Money | None:
        return None if self.offered_minor is None else Money(self.offered_minor, self.order.currency)

    @property
    def is_heard(self) -> bool:
        return self.answered_at is not None or self.defaulted

    @property
    def is_granted(self) -> bool:
        """The answer gives what was asked, or more."""
        if self.offered_minor is None:
            return False
        given = self.offered_minor - self.asked_minor
        return given >= 0 if self.respondent_role == Actor.SELLER else given <= 0

    @property
    def offers_meet(self) -> bool:
        """What the buyer accepts to get back is not more than what the seller gives back."""
        buyer, seller = self.sealed_buyer_minor, self.sealed_seller_minor
        return buyer is not None and seller is not None and buyer <= seller

    def sealed_of(self, role: str) -> Money | None:
        """One side's own final offer; for nobody else before the case is closed."""
        minor = self.sealed_buyer_minor if role == Actor.BUYER else self.sealed_seller_minor
        return None if minor is None else Money(minor, self.order.currency)

    def is_party_filer(self, role: str) -> bool:
        return self.filer_role == role

    def has_waived(self, role: str) -> bool:
        return self.buyer_waived if role == Actor.BUYER else self.seller_waived


class Evidence(models.Model):
    """A file that one side laid before the moderators."""

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="evidence")
    role = models.CharField(max_length=10)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.file)
