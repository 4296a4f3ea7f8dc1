"""What an operator set for new orders in place of the settings, and every change of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class SiteRule(models.Model):
    """One rule that is not as the settings have it; without a row the settings hold."""

    name = models.CharField(max_length=60)
    currency = models.CharField(max_length=3, blank=True, default="")  # of an amount; empty: it is none
    value = models.JSONField()  # as terms freeze it: seconds, 1/10,000, a number, minor units, or a list of seconds

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["name", "currency"], name="one_value_per_rule")]

    def __str__(self) -> str:
        return f"{self.name} {self.currency} {self.value}".strip()


class RuleChange(models.Model):
    """Who changed a rule, when, from what to what: triggers refuse UPDATE, DELETE and TRUNCATE."""

    name = models.CharField(max_length=60)
    currency = models.CharField(max_length=3, blank=True, default="")
    before = models.JSONField()  # what was valid
    after = models.JSONField()  # what is valid from then on
    is_settings = models.BooleanField(default=False)  # back to what the settings say
    reason = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.name} {self.currency}: {self.before} → {self.after}"
