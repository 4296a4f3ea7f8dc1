"""What people do to money by hand: asked by one treasurer, made true by another."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from marketplace.kernel.ids import new_id
from marketplace.kernel.money import Money


class DeedKind(models.TextChoices):
    POSTING = "posting", "a posting in the ledger"
    REFUND = "refund", "a refund"
    WRITE_OFF = "write_off", "writing off what a seller owes"
    PAID_BY_BANK = "paid_by_bank", "a bounced refund paid from the bank"
    WITHDRAWAL = "withdrawal", "a withdrawal to the platform's bank"
    DEPOSIT = "deposit", "the operator's own money put in"
    GOODWILL = "goodwill", "money given to a seller by the platform"
    CLEAR_WARNING = "clear_warning", "letting a payment go on after a fraud warning"


# Small ones of these one person does alone; every other deed needs a second person, however small.
ALONE_BELOW_LIMIT = (DeedKind.REFUND, DeedKind.CLEAR_WARNING)


class DeedState(models.TextChoices):
    ASKED = "asked", "waits for a second person"
    DONE = "done", "done"
    DECLINED = "declined", "declined"
    WITHDRAWN = "withdrawn", "withdrawn by whoever asked"
    EXPIRED = "expired", "expired"


class ManualDeed(models.Model):
    """One deed with its reason. An ended one never changes again (trigger, migration 0013)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    form_key = models.CharField(max_length=100, unique=True)  # a form sent twice is one deed
    kind = models.CharField(max_length=16, choices=DeedKind)
    state = models.CharField(max_length=10, choices=DeedState, default=DeedState.ASKED)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    subject = models.CharField(max_length=64, default="", blank=True)  # id of the charge, refund, debt, warning, person
    reference = models.CharField(max_length=120, default="", blank=True)
    legs = models.JSONField(default=list, blank=True)  # of a posting: [kind, owner, reference, credit positive]
    reason = models.CharField(max_length=500)
    needs_second = models.BooleanField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, default="", blank=True)  # why it was declined

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="deed_positive"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(needs_second=False) | ~Q(ended_by=F("asked_by")),
                name="deed_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(ended_by__isnull=False), name="deed_done_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(needs_second=True) | Q(kind__in=[kind.value for kind in ALONE_BELOW_LIMIT]),
                name="deed_alone_only_small",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", ended_at__isnull=True) | (~Q(state="asked") & Q(ended_at__isnull=False)),
                name="deed_open_or_ended",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="deed_open", condition=Q(state="asked"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
