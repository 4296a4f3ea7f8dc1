"""Why somebody is kept out, what they say to it, and how it ended. One row for each time; none is ever deleted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class Suspension(models.Model):
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="suspensions")
    reason = models.TextField(_("reason"))  # sent to the person as it is
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)  # null: a program
    at = models.DateTimeField(_("suspended at"))

    appeal_text = models.TextField(_("appeal"), blank=True)
    appealed_at = models.DateTimeField(_("appealed at"), null=True)
    answer_by = models.DateTimeField(_("to be answered by"), null=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)

    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    lifted_at = models.DateTimeField(_("lifted at"), null=True)

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering = ("-at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user"], name="one_suspension_at_a_time", condition=Q(lifted_at=None)),
            models.CheckConstraint(condition=~Q(reason=""), name="suspension_has_a_reason"),
            models.CheckConstraint(
                condition=Q(appealed_at=None, answer_by=None, appeal_text="")
                | Q(appealed_at__isnull=False, answer_by__isnull=False) & ~Q(appeal_text=""),
                name="appeal_of_suspension_whole",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False, appealed_at__isnull=False) & ~Q(answer=""),
                name="answer_to_appeal_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["answer_by"], name="suspension_appeals",
                condition=Q(lifted_at=None, answered_at=None, appealed_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user_id}: {self.reason[:40]}"

    @property
    def waits_for_an_answer(self) -> bool:
        return self.appealed_at is not None and self.answered_at is None and self.lifted_at is None

    @property
    def may_be_appealed(self) -> bool:
        return self.appealed_at is None and self.lifted_at is None
