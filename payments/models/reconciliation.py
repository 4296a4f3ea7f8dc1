"""Stripe's own statement beside our books: each line of it, each look at it, and whatever did not agree."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from payments.models.ledger import LedgerTransfer


class ReconciliationRun(models.Model):
    """One comparison, page by page; what is written here lets the next worker go on where the last one ended."""

    is_full = models.BooleanField(default=False)  # from the beginning of the account, not from the last run
    since = models.DateTimeField(null=True)  # objects created from then on; null: all
    until = models.DateTimeField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    stage = models.CharField(max_length=20, default="", blank=True)  # what is being compared
    after = models.CharField(max_length=100, default="", blank=True)  # the last object of the last page
    objects_seen = models.PositiveIntegerField(default=0)
    is_equal = models.BooleanField(null=True)  # both sides, to the minor unit, and nothing open
    balances = models.JSONField(default=list, blank=True)  # per currency: ours, theirs, under way on either side
    trouble = models.CharField(max_length=300, default="", blank=True)  # why it waits

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                models.ExpressionWrapper(Q(ended_at=None), models.BooleanField()),
                condition=Q(ended_at=None),
                name="reconciliation_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"reconciliation {self.pk} from {self.started_at:%Y-%m-%d %H:%M}"


class DifferenceKind(models.TextChoices):
    MISSING_HERE = "missing_here", "Stripe has it, our books do not"
    MISSING_THERE = "missing_there", "our books have it, Stripe does not"
    AMOUNT = "amount", "both have it, with other amounts or in another state"
    FOREIGN = "foreign", "made by hand at Stripe"
    BALANCE = "balance", "the balance is not the sum of the books"
    STUCK = "stuck", "an operation that needs a person"
    BOOKS = "books", "the ledger contradicts itself"


class DifferenceState(models.TextChoices):
    OPEN = "open", "open"
    REPAIRED = "repaired", "repaired"  # by the reconciliation itself
    RESOLVED = "resolved", "resolved"  # by a person, or gone when it was looked at again


class Difference(models.Model):
    """Something that does not agree, with both sides in minor units as seen from the platform's balance."""

    kind = models.CharField(max_length=14, choices=DifferenceKind)
    noun = models.CharField(max_length=20)  # what kind of object it is about
    object_id = models.CharField(max_length=200)
    ours_minor = models.BigIntegerField(null=True)  # null: we have none
    theirs_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, default="", blank=True)
    state = models.CharField(max_length=10, choices=DifferenceState, default=DifferenceState.OPEN)
    note = models.CharField(max_length=500, default="", blank=True)
    reference = models.CharField(max_length=120, default="", blank=True)  # of the order, where it is known
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by_id = models.BigIntegerField(null=True)  # null: by the system
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["noun", "object_id"], condition=Q(state="open"), name="difference_open_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="difference_open", condition=Q(state="open")),
            models.Index(fields=["id"], name="difference_untold", condition=Q(told_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: ours {self.ours_minor}, theirs {self.theirs_minor} {self.currency}"


class StatementLine(models.Model):
    """A balance transaction of the platform, as Stripe's statement has it; it never changes there."""

    id = models.CharField(max_length=100, primary_key=True)
    type = models.CharField(max_length=60)
    source = models.CharField(max_length=100, default="", blank=True, db_index=True)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField()
    is_matched = models.BooleanField(default=False)  # exactly our postings

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(net_minor=models.F("amount_minor") - models.F("fee_minor")), name="statement_line_net"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["id"], name="statement_unmatched", condition=Q(is_matched=False))]

    def __str__(self) -> str:
        return f"{self.id} {self.type} {self.net_minor} {self.currency}"


class MatchedPosting(models.Model):
    """A posting that moved Stripe's balance, and the line of Stripe's statement that says so."""

    transfer = models.OneToOneField(LedgerTransfer, models.PROTECT, primary_key=True, related_name="+")
    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="postings")

    def __str__(self) -> str:
        return f"{self.transfer_id} is {self.line_id}"
