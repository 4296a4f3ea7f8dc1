from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models.user import User


class FormerHandle(models.Model):
    """A handle that somebody had: its addresses lead to their page, and nobody else may take it."""

    handle = models.SlugField(max_length=30, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="former_handles")
    left_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-left_at"], name="former_handles_of_a_user")]

    def __str__(self) -> str:
        return self.handle
