from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class ApiToken(models.Model):
    """A key for programs. Only its SHA-256 is kept: the key itself is shown once, when it is made."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    sha256 = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)  # first characters, to tell tokens apart
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("API token")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "name"], name="one_token_per_name")]
        indexes: ClassVar = [models.Index(fields=["user", "-created_at"], name="tokens_of_a_person")]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"
