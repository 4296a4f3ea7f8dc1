from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models.user import User
from marketplace.kernel.models import StoredFile


class DataExport(models.Model):
    """A copy of somebody's data that they asked for: made by a worker, kept for a week. See ``accounts/leaving/``."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-asked_at"], name="exports_of_a_person")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ready_at=None, file=None) | models.Q(ready_at__isnull=False, file__isnull=False),
                name="export_ready_with_its_file",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}, {self.asked_at:%Y-%m-%d}"
