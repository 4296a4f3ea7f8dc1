"""What moderators add to a dispute: notes, questions, words they use often; and a side's appeal."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.canned import said
from orders.models.dispute import Dispute


class Appeal(models.Model):
    """A side does not agree with what was decided; once in a dispute, and the database says so."""

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, related_name="appeal")
    role = models.CharField(max_length=10)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    appealed_at = models.DateTimeField()
    # The decision that it is about.
    percent = models.PositiveSmallIntegerField()
    reason = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(percent__lte=100) & ~Q(text=""), name="appeal_says_something"),
        ]

    def __str__(self) -> str:
        return f"appeal of the {self.role}: {self.text[:40]}"


class CaseNote(models.Model):
    """What a moderator writes down for the others. Triggers refuse UPDATE, DELETE and TRUNCATE."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.text[:40]


class CaseQuestion(models.Model):
    """One thing that a moderator asks of one side. While it is open the clock of the decision stands still."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="questions")
    role = models.CharField(max_length=10)  # who is asked
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decision_left = models.DurationField(null=True)  # of the decision's clock when it was asked; null: it was over
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(due_at__gt=F("asked_at")), name="question_has_time"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="question_answered_when",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    def is_open(self, at: datetime) -> bool:
        return self.answered_at is None and at < self.due_at


class CannedReason(models.Model):
    """Words that decisions often need; a moderator takes them over and makes them fit."""

    title = models.CharField(_("title"), max_length=80, unique=True)
    text = models.TextField(_("text"))
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_offered = models.BooleanField(_("offered"), default=True)

    class Meta:
        ordering = ("position", "title")
        verbose_name = _("canned reason")
        verbose_name_plural = _("canned reasons")

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        """Its title as a reader sees it."""
        return said(self.title)

    @property
    def words(self) -> str:
        """Its text, as the decision begins with it."""
        return said(self.text)
